"""Disputes that files bring: the interval and its hold, in one transaction."""

from datetime import date, datetime
from typing import Any

import msgspec

from carecredit.cases.operations import resolve_dispute
from carecredit.customers.operations import lock_gates_of
from carecredit.holds.operations import NewHold, place_many
from carecredit.holds.rules import HoldReason
from carecredit.intake.operations.absorbing import Absorbed, Desk
from carecredit.intake.operations.reading import Line
from carecredit.intake.rules import begins_at
from carecredit.kernel.ids import CustomerId, DisputeId, InvoiceId, new_id
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries

_EVIDENCE = "stated in the ledger"


class Claim(msgspec.Struct, frozen=True):
    """A dispute as a row states it."""

    line: Line
    invoice_id: InvoiceId
    customer_id: CustomerId
    disputed_from: date
    disputed_to: date | None
    amount_minor: int | None
    reason: str | None
    recorded_at: datetime
    ended_recorded_at: datetime
    latest: bool
    """Whether the row tells of the latest dispute alone, so that earlier ones have ended."""


class Contested:
    """The disputes of a chunk: new ones are opened, open ones may end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._fresh: list[Claim] = []
        self._known: list[Claim] = []

    def look(self, claim: Claim, *, fresh: bool) -> None:
        """Take note of a dispute; of a fresh invoice nothing can be stored yet."""
        (self._fresh if fresh else self._known).append(claim)

    def settle(self, done: Absorbed) -> tuple[int, int]:
        """Write what is new; say how many disputes of stored invoices it opened and ended."""
        counts = self._compare(done)
        self._open()
        return counts

    def _compare(self, done: Absorbed) -> tuple[int, int]:
        if not self._known:
            return 0, 0
        disputes = queries.disputes_by_invoice(
            self._desk.session,
            client_id=self._desk.client.id,
            invoice_ids=list({claim.invoice_id for claim in self._known}),
        )
        stored = {
            (one["invoice_id"], one["disputed_from"], one["amount_minor"]): one for one in disputes
        }
        opened = ended = 0
        for claim in self._known:
            key = (claim.invoice_id, claim.disputed_from, claim.amount_minor)
            dispute = stored.get(key)
            if dispute is None:
                stored[key] = msgspec.structs.asdict(claim)
                if claim.latest:
                    self._end_earlier(disputes, claim)
                self._fresh.append(claim)
                opened += 1
            else:
                ended += self._renew(done, claim, dispute)
        return opened, ended

    def _renew(self, done: Absorbed, claim: Claim, dispute: dict[str, Any]) -> int:
        if claim.disputed_to in {None, dispute["disputed_to"]}:
            if claim.reason not in {None, dispute["reason"]}:
                message = f"this dispute is stored with the reason {dispute['reason']!r}"
                done.refuse(claim.line, "reason", f"{message}; it is not rewritten")
            return 0
        if dispute["disputed_to"] is not None or "id" not in dispute:
            message = f"this dispute ended on {dispute['disputed_to']}; an ended one is not moved"
            done.refuse(claim.line, "disputed_to", message)
            return 0
        self._end(dispute, claim.disputed_to)
        dispute["disputed_to"] = claim.disputed_to
        return 1

    def _end_earlier(self, disputes: list[dict[str, Any]], claim: Claim) -> None:
        """End an earlier dispute left open: the ledger tells of the latest one alone."""
        for one in disputes:
            same = one["invoice_id"] == claim.invoice_id and one["disputed_to"] is None
            if same and one["disputed_from"] < claim.disputed_from:
                self._end(one, claim.disputed_from)

    def _end(self, dispute: dict[str, Any], disputed_to: date | None) -> None:
        resolve_dispute(
            self._desk.session,
            client_id=self._desk.client.id,
            dispute_id=dispute["id"],
            disputed_to=disputed_to,  # type: ignore[arg-type] # only called with a day
            now=self._desk.now,
        )

    def _open(self) -> None:
        if not self._fresh:
            return
        desk = self._desk
        lock_gates_of(
            desk.session,
            client_id=desk.client.id,
            customer_ids={claim.customer_id for claim in self._fresh},
        )
        rows, ends, holds = [], [], []
        for claim in self._fresh:
            dispute_id = DisputeId(new_id())
            place = {"client_id": desk.client.id, "book_id": desk.book_id}
            rows.append(place | _row(dispute_id, claim))
            if claim.disputed_to:
                end = {"dispute_id": dispute_id, "disputed_to": claim.disputed_to}
                ends.append(place | end | {"recorded_at": claim.ended_recorded_at})
            holds.append(self._hold(dispute_id, claim))
        receivables.store_disputes(desk.session, rows=rows, ends=ends)
        place_many(desk.session, client_id=desk.client.id, holds=holds, now=desk.now)

    def _hold(self, dispute_id: DisputeId, claim: Claim) -> NewHold:
        zone, ended = self._desk.zone, claim.disputed_to
        return NewHold(
            customer_id=claim.customer_id,
            reason=HoldReason.DISPUTE,
            source_id=dispute_id,
            starts_at=begins_at(claim.disputed_from, zone),
            ends_at=begins_at(ended, zone) if ended else None,
            invoice_id=claim.invoice_id,
            evidence=_EVIDENCE,
            recorded_at=claim.recorded_at,
        )


def absorb_disputes(desk: Desk, lines: list[Line]) -> Absorbed:
    """Store the disputes of a chunk of disputes.csv; several on one invoice stand side by side."""
    done = Absorbed()
    invoices = queries.payable_by_number(
        desk.session,
        client_id=desk.client.id,
        numbers=list({line.row.invoice for line in lines}),
    )
    contested = Contested(desk)
    for line in lines:
        found = invoices.get(line.row.invoice)
        if found is None:
            done.no_invoice(line)
            continue
        invoice_id, customer_id, currency = found
        minor = None if line.row.amount is None else done.minor(line, currency)
        if line.row.amount is not None and minor is None:
            continue
        if minor is not None and minor <= 0:
            done.refuse(line, "amount", "a contested amount is above zero; leave it empty for all")
            continue
        contested.look(_stated(line, invoice_id, customer_id, minor), fresh=False)
    done.added, done.changed = contested.settle(done)
    return done


def _stated(line: Line, invoice_id: InvoiceId, customer_id: CustomerId, minor: int | None) -> Claim:
    row = line.row
    return Claim(
        line=line,
        invoice_id=invoice_id,
        customer_id=customer_id,
        disputed_from=row.disputed_from,
        disputed_to=row.disputed_to,
        amount_minor=minor,
        reason=row.reason,
        recorded_at=row.recorded_at,
        ended_recorded_at=row.ended_recorded_at or row.recorded_at,
        latest=False,
    )


def _row(dispute_id: DisputeId, claim: Claim) -> dict[str, Any]:
    return {
        "id": dispute_id,
        "invoice_id": claim.invoice_id,
        "disputed_from": claim.disputed_from,
        "amount_minor": claim.amount_minor,
        "reason": claim.reason or _EVIDENCE,
        "recorded_at": claim.recorded_at,
    }
