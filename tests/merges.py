"""Two persons who are one: their worlds, and what is done with them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, insert, select

import worlds
from carecredit import schema
from carecredit.customers import operations, queries, views
from carecredit.kernel.ids import ClientId, CustomerId, PersonId, new_id
from carecredit.store.base import Identifier, Instant
from carecredit.store.session import Caller, Store
from worlds import NOW, TODAY

MOBILE = "+393331234567"
LATER = NOW + timedelta(hours=1)
OWN_RECORD = {"merges", "merge_rows", "duplicate_rejections", "audit_entries", "audit_heads"}
FILL: dict[type, Any] = {str: "x", int: 0, bool: False, date: TODAY, bytes: b"x"}


def person(store: Store, client_id: ClientId, customer_id: CustomerId) -> PersonId:
    """Give the person behind a customer."""
    with store.read(worlds.CENTRE_CALLER) as session:
        return queries.person_of(session, client_id=client_id, customer_id=customer_id)


def dump(store: Store) -> dict[str, list[Any]]:
    """Read every table as it is, but the record of merges itself."""
    with store.read(worlds.CENTRE_CALLER) as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in schema.METADATA.sorted_tables
            if table.name not in OWN_RECORD
        }


def filled(name: str, **told: Any) -> dict[str, Any]:
    """Make a row of a table, what is not told made up by its kind."""
    row = {}
    for column in schema.METADATA.tables[name].c:
        if column.name in told:
            row[column.name] = told[column.name]
        elif not column.nullable:
            row[column.name] = _made_up(column)
    return row


def _made_up(column: Any) -> Any:
    if isinstance(column.type, Identifier):
        return new_id()
    return NOW if isinstance(column.type, Instant) else FILL[column.type.python_type]


def put(store: Store, name: str, *rows: dict[str, Any]) -> None:
    """Write rows of a table."""
    table: Table = schema.METADATA.tables[name]
    with store.begin(worlds.CENTRE_CALLER) as session:
        session.execute(insert(table), [filled(name, **row) for row in rows])


def act(
    store: Store, do: Callable[..., Any], caller: Caller = worlds.CENTRE_CALLER, **told: Any
) -> Any:
    """Act in a transaction of its own, as Anna Bianchi."""
    with store.begin(caller) as session:
        return do(session, by="Anna Bianchi", **{"now": NOW} | told)


def merge(store: Store, kept: PersonId, gone: PersonId, **told: Any) -> views.Merge:
    """Make one person of two."""
    words: dict[str, Any] = {"kept_id": kept, "gone_id": gone, "reason": "same tax code"}
    done: views.Merge = act(store, operations.merge_persons, **words | told)
    return done


def undo(store: Store, done: views.Merge, **told: Any) -> views.Merge:
    """Part them again."""
    undone: views.Parted = act(store, operations.undo_merge, merge_id=done.id, **told)
    return undone.merge


def proposed(store: Store, client_id: ClientId, caller: Caller = worlds.CENTRE_CALLER) -> list[Any]:
    """List what is proposed: the two persons, and why."""
    with store.read(caller) as session:
        found = queries.duplicates(session, client_id=client_id)
    return [({it.first_id, it.second_id}, list(it.reasons)) for it in found]


class Two:
    """Anna Rossi at two client companies, once as A. Rossi: two persons, one phone."""

    def __init__(self, store: Store) -> None:
        self.acq, self.nrd = worlds.found_client(store), worlds.found_client(store, "NRD")
        self.first = worlds.add_customer(store, self.acq, phone=MOBILE, name="Anna Rossi")
        self.second = worlds.add_customer(
            store, self.nrd, phone=MOBILE, email="anna@example.org", name="A. Rossi"
        )
        self.kept = person(store, self.acq, self.first)
        self.gone = person(store, self.nrd, self.second)


def busy(store: Store, two: Two) -> None:
    """Give the second person more than two hundred related rows, in every table of persons."""
    for number in range(120):
        worlds.add_customer(
            store, two.nrd, f"N-{number}", email="anna@example.org", name="A. Rossi"
        )
    mine: dict[str, Any] = {"client_id": two.nrd, "customer_id": two.second, "person_id": two.gone}
    for _ in range(5):
        contact_id = new_id()
        put(store, "contacts", mine | {"id": contact_id})
        put(store, "surveys", mine | {"contact_id": contact_id})
    put(store, "touches", *(mine | {"status": "cancelled"} for _ in range(40)))
    put(store, "contact_events", *({**mine, "counters": "[]"} for _ in range(60)))
    put(store, "person_stops", mine)
    days = [TODAY - timedelta(days=number) for number in range(10)]
    caps = {"rule_id": "calls", "taken": 2, "count_max": 3}
    put(store, "cap_counters", *(caps | {"person_id": two.gone, "day_on": day} for day in days))
    put(store, "cap_counters", *(caps | {"person_id": two.kept, "day_on": it} for it in days[:4]))
    with store.begin(worlds.CENTRE_CALLER) as session:
        operations.opt_out(
            session, client_id=two.nrd, customer_id=two.second, channel="sms", proof="p", now=NOW
        )
