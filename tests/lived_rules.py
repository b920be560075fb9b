"""What must hold of a client company's customers at any moment, read plainly from the tables."""

from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import worlds
from carecredit.arrangements.model import PaymentPlan, PlanInstalment, PromiseToPay, ServedShare
from carecredit.cadence.model import Touch
from carecredit.cases import operations, queries
from carecredit.cases.model import CareCase, CaseInvoice
from carecredit.cases.operations import About
from carecredit.cases.rules import Happened, Party, case_policy, replay
from carecredit.customers.model import Customer
from carecredit.customers.operations.moving import person_tables
from carecredit.customers.queries import suppressions_kept
from carecredit.desk import CareCredit
from carecredit.holds.model import Hold
from carecredit.kernel.calendars import local_date
from carecredit.kernel.ids import CaseId, ClientId, InvoiceId
from carecredit.receivables.model import Dispute, DisputeEnd, Invoice, LedgerEntry, Standing
from carecredit.receivables.queries import invoices_by_number
from carecredit.worklist.views import Taken

HOLDING = ("complaint", "dispute")
LIVE = ("planned", "rung", "offered", "dispatching")


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = worlds.NOW

    def __call__(self) -> datetime:
        return self.now


class World:
    """A client company's tables, and what must hold of them."""

    def __init__(self, desk: CareCredit, client_id: ClientId, code: str) -> None:
        self.desk, self.client_id, self.code = desk, client_id, code
        self.refused: set[str] = set()
        """Who said that no text message is wanted."""

    def today(self) -> date:
        """Give the day in Rome."""
        return local_date(self.desk.now(), worlds.ROME)

    def invoice(self, number: str) -> InvoiceId:
        """Give the id of an invoice."""
        with self.desk.store.read(self.desk.caller) as session:
            found = invoices_by_number(session, client_id=self.client_id, numbers=[number])
        return InvoiceId(found[number]["id"])

    def link(self, case: CaseId, invoice: str) -> None:
        """Add an invoice to a case."""
        about = (About(self.invoice(invoice)),)
        with self.desk.store.begin(self.desk.caller) as session:
            operations.link_invoices(
                session, client_id=self.client_id, case_id=case, invoices=about, proof="said so",
                version=None, now=self.desk.now(),
            )  # fmt: skip

    def unlink(self, case: CaseId, invoice: str) -> None:
        """Take an invoice off a case."""
        whose = self.invoice(invoice)
        with self.desk.store.begin(self.desk.caller) as session:
            operations.unlink_invoice(
                session, client_id=self.client_id, case_id=case, invoice_id=whose,
                reason="not this one", version=None, now=self.desk.now(),
            )  # fmt: skip

    def outcome(self, said: str, amount: str, taken: Taken) -> dict[str, Any]:
        """Say what a call brought."""
        told: dict[str, Any] = {"disposition": "right_party"}
        told["identified_by"] = ("birth_date", "address")
        later = self.desk.now() + worlds.LEASE * 5_000
        day = local_date(later, worlds.ROME).isoformat()
        if said == "promise":
            told["promise"] = {"amount": amount, "currency": "EUR", "promised_on": day}
        elif said == "plan":
            told["plan"] = {"currency": "EUR", "first_on": day, "instalments": 2}
        elif said == "callback":
            told["callback_at"] = later
        elif said == "contested":
            told["dispute_reason"] = "wrong"
            told["disputed_invoices"] = [one.id for one in taken.card.invoices[:1]]
        return told

    def refuse(self, number: str) -> None:
        """Let a customer want no text messages."""
        wishes = self.desk.wishes(client=self.code, customer=number)
        wishes.opt_out(basis="call", proof="said so", channel="sms")
        self.refused |= {number}

    def merge(self, kept: str, gone: str) -> None:
        """Say that two customers are one person."""
        named = (f"{self.code}:{number}" for number in (kept, gone))
        self.desk.duplicates.merge(*named, reason="one voice")

    def part(self, number: str) -> None:
        """Take back the last merge of a customer's person."""
        for one in self.desk.duplicates.merges(f"{self.code}:{number}")[:1]:
            self.desk.duplicates.undo(one.id)

    def check(self) -> None:
        """Hold everything against what must be so at any moment."""
        with self.desk.store.read(self.desk.caller) as session:
            self._holds(session)
            self._cases(session)
            self._words(session)
            self._money(session)
            self._people(session)

    def check_nothing_live_is_held(self) -> None:
        """After a pulse nothing is on its way about an invoice that is held."""
        with self.desk.store.read(self.desk.caller) as session:
            held = {invoice_id for invoice_id, _, _ in self._standing(session)}
            live = set(
                session.execute(
                    select(Touch.invoice_id).where(
                        Touch.client_id == self.client_id, Touch.status.in_(LIVE)
                    )
                ).scalars()
            )
        assert not (live - {None}) & held

    def check_disputes_are_over(self) -> None:
        """After a pulse no dispute is open that the ledger knows to be over."""
        with self.desk.store.read(self.desk.caller) as session:
            running = self._running(session)
            begun: dict[UUID, list[bool]] = {}
            for case, link in self._open_links(session):
                if case.kind == "dispute" and link.dispute_id is not None:
                    begun.setdefault(case.id, []).append(link.dispute_id in running)
        assert all(any(each) for each in begun.values())

    def _standing(self, session: Session) -> list[tuple[InvoiceId | None, str, UUID]]:
        now = self.desk.now()
        rows = session.execute(
            select(Hold.invoice_id, Hold.reason, Hold.source_id).where(
                Hold.client_id == self.client_id,
                Hold.starts_at <= now,
                (Hold.ends_at.is_(None)) | (Hold.ends_at > now),
            )
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def _running(self, session: Session) -> dict[UUID, InvoiceId]:
        """Give the disputes of the ledger that run today, with their invoices."""
        today = self.today()
        rows = session.execute(
            select(Dispute.id, Dispute.invoice_id, Dispute.disputed_from, DisputeEnd.disputed_to)
            .outerjoin(
                DisputeEnd,
                (DisputeEnd.client_id == Dispute.client_id) & (DisputeEnd.dispute_id == Dispute.id),
            )
            .where(Dispute.client_id == self.client_id)
        )
        # One that was ended before its first day came never ran.
        return {
            key: about
            for key, about, begun, ended in rows
            if ended is None or ended > max(today, begun)
        }

    def _open_links(self, session: Session) -> list[tuple[CareCase, CaseInvoice]]:
        rows = session.execute(
            select(CareCase, CaseInvoice)
            .join(
                CaseInvoice,
                (CaseInvoice.client_id == CareCase.client_id)
                & (CaseInvoice.case_id == CareCase.id),
            )
            .where(
                CareCase.client_id == self.client_id,
                CareCase.kind.in_(HOLDING),
                CareCase.state != "resolved",
            )
        )
        return [(row[0], row[1]) for row in rows]

    def _holds(self, session: Session) -> None:
        """An open complaint or dispute, and it alone, holds its invoices."""
        running = self._running(session)
        wanted = {
            (link.invoice_id, case.kind)
            for case, link in self._open_links(session)
            if link.dispute_id is None or link.dispute_id in running
        } | {(invoice_id, "dispute") for invoice_id in running.values()}
        found = {(one, why) for one, why, _ in self._standing(session) if why in HOLDING}
        assert found == wanted, (found - wanted, wanted - found)

    def _cases(self, session: Session) -> None:
        found = session.execute(
            select(CareCase.id, CareCase.customer_id, CareCase.kind).where(
                CareCase.client_id == self.client_id
            )
        ).all()
        overdue: Counter[Any] = Counter()
        for case_id, customer_id, kind in found:
            key: dict[str, Any] = {"client_id": self.client_id, "case_id": case_id}
            case = queries.case(session, **key)
            told = queries.events(session, **key)
            happened = [
                Happened(one.code, one.happened_at, Party(one.party), one.data) for one in told
            ]
            assert replay(happened, case_policy()).state == case.state
            assert [one.position for one in told] == list(range(1, case.version + 1))
            stored = queries.stored_deadlines(session, **key)
            anew = queries.worked_out(
                session, client_id=self.client_id, found=case, at=case.reckoned_at
            )
            by_key = {(one.kind, one.number): one for one in stored}
            assert by_key == {(it.deadline.kind, it.deadline.number): it.deadline for it in anew}
            overdue[customer_id] += kind == "overdue" and case.state != "resolved"
        assert all(number <= 1 for number in overdue.values())

    def _words(self, session: Session) -> None:
        """No euro serves two words, or proves two payments; a plan adds up to the cent."""
        served = session.execute(
            select(
                ServedShare.is_proof, LedgerEntry.amount_minor, func.sum(ServedShare.amount_minor)
            )
            .join(
                LedgerEntry,
                (LedgerEntry.client_id == ServedShare.client_id)
                & (LedgerEntry.id == ServedShare.entry_id),
            )
            .where(ServedShare.client_id == self.client_id)
            .group_by(ServedShare.entry_id, ServedShare.is_proof, LedgerEntry.amount_minor)
        )
        assert all(minor <= whole for _, whole, minor in served)
        promises = session.execute(
            select(PromiseToPay.customer_id, func.count())
            .where(PromiseToPay.client_id == self.client_id, PromiseToPay.state == "kept")
            .where(PromiseToPay.kept_minor < PromiseToPay.amount_minor)
            .group_by(PromiseToPay.customer_id)
        ).all()
        assert promises == []
        plans = session.execute(
            select(PaymentPlan.amount_minor, func.sum(PlanInstalment.amount_minor))
            .join(
                PlanInstalment,
                (PlanInstalment.client_id == PaymentPlan.client_id)
                & (PlanInstalment.plan_id == PaymentPlan.id),
            )
            .where(PaymentPlan.client_id == self.client_id)
            .group_by(PaymentPlan.id, PaymentPlan.amount_minor)
        )
        assert all(whole == minor for whole, minor in plans)

    def _money(self, session: Session) -> None:
        """Nothing open is below zero, nor above what was billed."""
        rows = session.execute(
            select(Standing.open_minor, Invoice.gross_minor)
            .join(
                Invoice,
                (Invoice.client_id == Standing.client_id) & (Invoice.id == Standing.invoice_id),
            )
            .where(Standing.client_id == self.client_id)
        )
        assert all(0 <= still <= gross for still, gross in rows)

    def _people(self, session: Session) -> None:
        """Each row is of the person its customer is, and who wants no messages is sent none."""
        cards = session.execute(
            select(Customer.id, Customer.number, Customer.person_id).where(
                Customer.client_id == self.client_id
            )
        ).all()
        persons = {card.id: card.person_id for card in cards}
        for table in person_tables():
            if {"client_id", "customer_id"} <= set(table.c.keys()):
                asked = select(table.c.customer_id, table.c.person_id).distinct()
                rows = session.execute(asked.where(table.c.client_id == self.client_id)).all()
                assert all(persons[row.customer_id] == row.person_id for row in rows), table.name
        silent = {card.person_id for card in cards if card.number in self.refused}
        for card in cards:
            kept = suppressions_kept(
                session, client_id=self.client_id, customer_id=card.id, at=self.desk.now()
            )
            assert any(one.channel == "sms" for one in kept) or card.person_id not in silent
