"""Absorbing customers, from their own file or from the documents that name them."""

from collections.abc import Iterable, Mapping

from carecredit.customers.operations import Card, CardPoint, lock_gates_of, register
from carecredit.intake.operations.absorbing import Absorbed, Desk
from carecredit.intake.operations.reading import Line
from carecredit.intake.rules import FILES, CustomerRow
from carecredit.kernel.ids import CustomerId

CUSTOMERS_KEPT_MAX = 200_000
"""So many customers are remembered by number; beyond, they are looked up again."""
_COLUMNS = frozenset(FILES[0].optional)
_FACT_OF = {"monthly_value": "monthly_value_minor"}


def absorb_customers(desk: Desk, lines: list[Line]) -> Absorbed:
    """Add or update the customers of a chunk; of two rows that differ the first one counts."""
    done = Absorbed()
    cards: dict[str, Card] = {}
    for line in lines:
        card = _card(line)
        if desk.cards.setdefault(card.number, hash(card)) != hash(card):
            message = "this customer stands twice in the file, differently; keep the right row"
            done.refuse(line, "customer_id", message)
            continue
        cards[card.number] = card
    result = register(
        desk.session,
        client_id=desk.client.id,
        cards=list(cards.values()),
        language=desk.client.language,
        country=desk.client.country,
        now=desk.now,
    )
    done.added, done.changed = result.added, result.changed
    return done


def customers_named(desk: Desk, numbers: Iterable[str]) -> Mapping[str, CustomerId]:
    """Give the ids of customers that documents name; unknown ones are added with a bare card.

    The gate of each is locked, once: nobody is asked about a book that is being written.
    """
    named = dict.fromkeys(numbers)
    missing = [number for number in named if number not in desk.customers]
    if not missing:
        return desk.customers
    if len(desk.customers) + len(missing) > CUSTOMERS_KEPT_MAX:
        desk.customers.clear()
        missing = list(named)
    found = register(
        desk.session,
        client_id=desk.client.id,
        cards=[Card(number, bare=True) for number in missing],
        language=desk.client.language,
        country=desk.client.country,
        now=desk.now,
    ).ids
    lock_gates_of(desk.session, client_id=desk.client.id, customer_ids=found.values())
    desk.customers.update(found)
    return desk.customers


def _card(line: Line) -> Card:
    row: CustomerRow = line.row
    phones = [CardPoint("phone", value, raw, extension) for value, extension, raw in row.phones]
    emails = [CardPoint("email", value, raw) for value, raw in row.emails]
    return Card(
        number=row.number,
        name=row.name,
        language=row.language,
        country=row.country,
        region=row.region,
        segment=row.segment,
        started_on=row.started_on,
        ended_on=row.ended_on,
        ended_reason=row.ended_reason,
        monthly_value_minor=row.monthly_value_minor,
        points=tuple(dict.fromkeys([*phones, *emails])),
        unsaid=frozenset(_FACT_OF.get(name, name) for name in _COLUMNS.difference(line.header)),
    )
