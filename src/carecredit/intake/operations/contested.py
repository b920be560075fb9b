"""Disputes that invoices bring with them: the interval and its hold, in one transaction."""

from datetime import date
from typing import Any

from carecredit.customers.operations import lock_gates_of
from carecredit.holds.operations import NewHold, place_many, resolve_dispute
from carecredit.holds.rules import HoldReason
from carecredit.intake.operations.absorbing import Absorbed, Desk
from carecredit.intake.operations.reading import Line
from carecredit.intake.rules import InvoiceRow
from carecredit.kernel.calendars import start_of_day, zone
from carecredit.kernel.ids import CustomerId, DisputeId, InvoiceId, new_id
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries
from carecredit.receivables.views import Dispute

_EVIDENCE = "stated in the ledger"


class Contested:
    """The disputes of a chunk of invoices: new ones are opened, open ones may end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._zone = zone(desk.client.zone)
        self._fresh: list[tuple[InvoiceId, InvoiceRow, CustomerId]] = []
        self._late: set[InvoiceId] = set()
        self._known: list[tuple[InvoiceId, Line, CustomerId]] = []

    def look(
        self, invoice_id: InvoiceId, line: Line, customer_id: CustomerId, *, fresh: bool
    ) -> None:
        """Take note of an invoice that states a dispute."""
        if line.row.disputed_from is None:
            return
        if fresh:
            self._fresh.append((invoice_id, line.row, customer_id))
        else:
            self._known.append((invoice_id, line, customer_id))

    def settle(self, done: Absorbed) -> int:
        """Write what is new and say how many invoices already stored it changed."""
        changed = self._compare(done)
        self._open()
        return changed

    def _compare(self, done: Absorbed) -> int:
        if not self._known:
            return 0
        disputes = queries.disputes_of(
            self._desk.session,
            client_id=self._desk.client.id,
            invoice_ids=[invoice_id for invoice_id, _, _ in self._known],
        )
        stored = {(one.invoice_id, one.disputed_from): one for one in disputes}
        changed = 0
        for invoice_id, line, customer_id in self._known:
            dispute = stored.get((invoice_id, line.row.disputed_from))
            if dispute is None:
                self._end_earlier(disputes, invoice_id, line.row)
                self._late.add(invoice_id)
                self._fresh.append((invoice_id, line.row, customer_id))
                changed += 1
            elif dispute.disputed_to is None and line.row.disputed_to:
                self._end(dispute, line.row.disputed_to)
                changed += 1
            elif line.row.disputed_to and dispute.disputed_to != line.row.disputed_to:
                done.refuse(
                    line,
                    "disputed_to",
                    f"this dispute ended on {dispute.disputed_to}; an ended one is not moved",
                )
        return changed

    def _end_earlier(self, disputes: list[Dispute], invoice_id: InvoiceId, row: InvoiceRow) -> None:
        """End an earlier dispute left open: the ledger tells of the latest one alone."""
        begun: date = row.disputed_from  # type: ignore[assignment] # looked at
        for one in disputes:
            same = one.invoice_id == invoice_id and one.disputed_to is None
            if same and one.disputed_from < begun:
                self._end(one, begun)

    def _end(self, dispute: Dispute, disputed_to: date) -> None:
        resolve_dispute(
            self._desk.session,
            client_id=self._desk.client.id,
            dispute_id=dispute.id,
            disputed_to=disputed_to,
            now=self._desk.now,
        )

    def _open(self) -> None:
        if not self._fresh:
            return
        desk = self._desk
        lock_gates_of(
            desk.session,
            client_id=desk.client.id,
            customer_ids={customer_id for _, _, customer_id in self._fresh},
        )
        rows, ends, holds = [], [], []
        for invoice_id, row, customer_id in self._fresh:
            dispute_id = DisputeId(new_id())
            # What an invoice's own row states is known with the row; one that comes with an
            # invoice stored before is known from now on only.
            known_at = desk.now if invoice_id in self._late else row.recorded_at
            place = {"client_id": desk.client.id, "book_id": desk.book_id, "recorded_at": known_at}
            rows.append(place | self._row(dispute_id, invoice_id, row))
            if row.disputed_to:
                ends.append(place | {"dispute_id": dispute_id, "disputed_to": row.disputed_to})
            holds.append(self._hold(dispute_id, invoice_id, row, customer_id))
        receivables.store_disputes(desk.session, rows=rows, ends=ends)
        place_many(desk.session, client_id=desk.client.id, holds=holds)

    def _row(self, dispute_id: DisputeId, invoice_id: InvoiceId, row: InvoiceRow) -> dict[str, Any]:
        return {
            "id": dispute_id,
            "invoice_id": invoice_id,
            "disputed_from": row.disputed_from,
            "amount_minor": None,
            "reason": _EVIDENCE,
        }

    def _hold(
        self, dispute_id: DisputeId, invoice_id: InvoiceId, row: InvoiceRow, customer: CustomerId
    ) -> NewHold:
        return NewHold(
            customer_id=customer,
            reason=HoldReason.DISPUTE,
            source_id=dispute_id,
            starts_at=start_of_day(row.disputed_from, self._zone),  # type: ignore[arg-type] # looked at
            ends_at=start_of_day(row.disputed_to, self._zone) if row.disputed_to else None,
            invoice_id=invoice_id,
            evidence=_EVIDENCE,
        )
