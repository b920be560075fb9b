"""Reading what lateness would come to by the mandate's rule; nothing is charged by itself."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, CustomerId, EntryId, InvoiceId
from carecredit.kernel.money import decimals
from carecredit.mandates import queries as mandates
from carecredit.receivables import model, rules, views
from carecredit.receivables.queries.against import known_by
from carecredit.receivables.queries.standing import invoices_by_id
from carecredit.store.paging import integer_sum

_PRINCIPAL = (rules.InvoiceKind.INVOICE.value, rules.InvoiceKind.OPENING_BALANCE.value)
"""Interest bears no interest (Italy: civil code, art. 1283), nor do costs."""
Settled = dict[InvoiceId, list[tuple[date, int]]]


class _Asked(NamedTuple):
    """Whose book, through which day, as known when."""

    client_id: ClientId
    day: date
    known_at: datetime | None

    def seen(self, table: Any) -> ColumnElement[bool]:
        """Keep to the client company, and to what was known by then."""
        return and_(table.client_id == self.client_id, known_by(table, self.known_at))


def late_charges(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    today: date,
    rule: str | None = None,
    known_at: datetime | None = None,
    limit: int = 200,
) -> list[views.LateCharge]:
    """Show what could be asked for lateness, by invoice, with every line of the computation.

    The mandate names the rule; `rule` looks at another one without changing anything. Terms and
    rates are those of the days they speak of, whenever they were put down. An invoice that credit
    notes took back whole bears nothing: what replaced it does.
    """
    key = rule or mandates.mandate(session, client_id=client_id, today=today).late_charges
    if key == rules.NONE:
        return []
    chosen = rules.late_rule(key, field="rule" if rule else "late_charges")
    asked = _Asked(client_id, today, known_at)
    ids = _invoices(session, asked, customer_id, chosen.currency, limit)
    taken_back_whole = _credited_whole(session, asked, ids)
    ids = [one for one in ids if one not in taken_back_whole]
    settled = _settled(session, asked, ids)
    waived = waivers_of(session, client_id=client_id, invoice_ids=ids, known_at=known_at)
    standing = invoices_by_id(
        session, client_id=client_id, invoice_ids=ids, today=today, known_at=known_at
    )
    found = [
        _charge(
            chosen,
            standing[invoice_id],
            settled.get(invoice_id, []),
            [one for one in waived if one.invoice_id == invoice_id],
            today,
        )
        for invoice_id in ids
    ]
    return [one for one in found if one is not None]


def waivers_of(
    session: Session,
    *,
    client_id: ClientId,
    invoice_ids: Sequence[InvoiceId],
    known_at: datetime | None = None,
) -> list[views.Waiver]:
    """List what was given up on some invoices, oldest first."""
    table = model.Waiver
    rows = session.execute(
        select(
            table.id,
            table.invoice_id,
            table.charge,
            table.through_on,
            table.waived_by,
            table.reason,
            table.recorded_at,
        )
        .where(
            table.client_id == client_id,
            table.invoice_id.in_(list(invoice_ids)),
            known_by(table, known_at),
        )
        .order_by(table.recorded_at, table.id)
    )
    return [views.Waiver(*row) for row in rows]


def _invoices(
    session: Session, asked: _Asked, customer_id: CustomerId, currency: str, limit: int
) -> list[InvoiceId]:
    table = model.Invoice
    return list(
        session.execute(
            select(table.id)
            .where(
                asked.seen(table),
                table.customer_id == customer_id,
                table.currency == currency,
                table.kind.in_(_PRINCIPAL),
                table.gross_minor > 0,
                table.invoiced_on < asked.day,
            )
            .order_by(table.invoiced_on.desc(), table.id.desc())
            .limit(limit)
        ).scalars()
    )


def _credited_whole(session: Session, asked: _Asked, ids: Sequence[InvoiceId]) -> set[InvoiceId]:
    """Find the invoices that credit notes have brought to nothing by the day."""
    invoice, share, entry = model.Invoice, model.Allocation, model.LedgerEntry
    rows = session.execute(
        select(share.invoice_id)
        .join(entry, and_(entry.client_id == share.client_id, entry.id == share.entry_id))
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(
            asked.seen(share),
            share.invoice_id.in_(list(ids)),
            entry.kind == rules.EntryKind.CREDIT_NOTE.value,
            share.applied_on <= asked.day,
        )
        .group_by(share.invoice_id, invoice.gross_minor)
        .having(integer_sum(share.amount_minor) >= invoice.gross_minor)
    )
    return set(rows.scalars())


def _settled(session: Session, asked: _Asked, ids: Sequence[InvoiceId]) -> Settled:
    """List what lowered the principal of each invoice and when: from the day the money was there.

    Where it had served another invoice meanwhile, from the day it was put here.
    """
    share = model.Allocation
    on_these = share.invoice_id.in_(list(ids))
    touching = select(share.entry_id).where(asked.seen(share), on_these)
    rows = _shares(session, asked, touching)
    moves: dict[EntryId, list[rules.Move]] = {}
    for row in rows:
        move = rules.Move(row.applied_on, row.invoice_id, row.amount_minor)
        moves.setdefault(row.entry_id, []).append(move)
    for entry_id, day, minor in _taken_back(session, asked, touching):
        moves[entry_id].append(rules.Move(day, None, minor))
    found: Settled = {one: [] for one in ids}
    for entry_id, (here_on, minor) in {
        row.entry_id: (row.effective_on, row.entry_minor) for row in rows
    }.items():
        # What was taken back comes after the shares that its day undid: the sort is stable.
        ordered = sorted(moves[entry_id], key=lambda move: move.on)
        for invoice_id, on, part in rules.lowered(here_on, minor, ordered):
            if invoice_id in found:
                found[invoice_id].append((on, part))
    return found


def _shares(session: Session, asked: _Asked, touching: Select[Any]) -> Sequence[Any]:
    share, entry = model.Allocation, model.LedgerEntry
    return session.execute(
        select(
            share.entry_id,
            share.invoice_id,
            share.applied_on,
            share.amount_minor,
            entry.effective_on,
            entry.amount_minor.label("entry_minor"),
        )
        .join(entry, and_(entry.client_id == share.client_id, entry.id == share.entry_id))
        .where(asked.seen(share), share.entry_id.in_(touching))
        .order_by(share.applied_on, share.id)
    ).all()


def _taken_back(session: Session, asked: _Asked, touching: Select[Any]) -> Sequence[Any]:
    back = model.LedgerEntry
    return session.execute(
        select(back.related_id, back.effective_on, back.amount_minor)
        .where(
            asked.seen(back),
            back.related_id.in_(touching),
            back.kind.in_([kind.value for kind in rules.TAKING_BACK]),
        )
        .order_by(back.effective_on, back.id)
    ).all()


def _charge(
    rule: rules.LateRule,
    it: views.OpenInvoice,
    settled: Sequence[tuple[date, int]],
    waivers: Sequence[views.Waiver],
    today: date,
) -> views.LateCharge | None:
    due = tuple(sorted((part.due_on, part.amount_minor) for part in it.instalments))
    overdue = rules.Overdue(due, tuple(settled))
    whole = rules.interest(rule, overdue, through_on=today)
    if not rules.is_late(overdue, today):
        return None
    left = _interest_left(rule, overdue, whole.minor, waivers, today)
    fixed = rule.compensation_minor(it.gross_minor)
    given_up = any(one.charge in {"compensation", "both"} for one in waivers)
    return views.LateCharge(
        invoice_id=it.id,
        customer_id=it.customer_id,
        number=it.number,
        currency=it.currency,
        rule=rule.key,
        rule_source=rule.source,
        through_on=today,
        open_minor=it.open_minor,
        disputed_minor=it.disputed_minor,
        lines=tuple(_line(line, it.currency) for line in whole.lines),
        interest_minor=whole.minor,
        interest_waived_minor=whole.minor - left,
        compensation_minor=fixed,
        compensation_waived_minor=fixed if given_up else 0,
        chargeable_minor=left + (0 if given_up else fixed),
        unknown_from=whole.unknown_from,
        waivers=tuple(waivers),
    )


def _interest_left(
    rule: rules.LateRule,
    overdue: rules.Overdue,
    whole_minor: int,
    waivers: Sequence[views.Waiver],
    today: date,
) -> int:
    """Work out what of the interest was not given up: that of the days after the last waiver."""
    through = [one.through_on for one in waivers if one.charge in {"interest", "both"}]
    if not through:
        return whole_minor
    if None in through:
        return 0
    last = max(day for day in through if day is not None)
    return rules.interest(rule, overdue, through_on=today, after=last).minor


def _line(it: rules.Line, currency: str) -> views.ChargeLine:
    return views.ChargeLine(
        from_on=it.from_on,
        through_on=it.through_on,
        days=it.days,
        principal_minor=it.principal_minor,
        percent=_percent(it.percent),
        reference_percent=_percent(it.rate.percent),
        interest=_decimal(it.interest / 10 ** decimals(currency), decimals(currency) + 4),
        source=it.rate.source,
        confidence=it.rate.confidence,
        note=it.rate.note,
    )


def _percent(rate: Fraction) -> str:
    return _decimal(rate, 2)


def _decimal(value: Fraction, places: int) -> str:
    return str(Decimal(round(value * 10**places)).scaleb(-places))
