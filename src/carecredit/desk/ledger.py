"""The ledger, kept from a desk: by the codes and numbers that people know, one call each."""

from collections.abc import Callable
from datetime import date, tzinfo
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from carecredit.cadence.operations import agree_terms
from carecredit.cases.operations import resolve_dispute
from carecredit.desk.book import Amounts, Book
from carecredit.holds.operations import contest, correct_invoice
from carecredit.kernel.calendars import zone
from carecredit.kernel.clock import Clock
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import AllocationId, DisputeId, EntryId, InvoiceId, WaiverId
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Mandate
from carecredit.metrics.rules.knowledge import known_until
from carecredit.receivables import operations, queries, views
from carecredit.receivables.operations import Charge
from carecredit.store.session import Caller, Store

Answer = TypeVar("Answer")


class Ledger:
    """A client company's ledger; amounts are text in major units, in its currency unless told."""

    def __init__(self, store: Store, caller: Caller, now: Clock, *, client: str) -> None:
        self._store, self._caller, self._now, self._code = store, caller, now, client

    def invoice(
        self, number: str, *, customer: str, gross: str, invoiced_on: date, **facts: Any
    ) -> InvoiceId:
        """Record an invoice; facts as `NewInvoice` has them, amounts as text."""
        facts |= {"customer": customer, "gross": gross, "invoiced_on": invoiced_on}
        act = operations.record_invoice
        return self._write(lambda it: act(invoice=it.new_invoice(number, **facts), **it.writing))

    def correct(
        self, invoice: str, number: str, *, credit_number: str, reason: str,
        on: date | None = None, **facts: Any,
    ) -> views.Corrected:  # fmt: skip
        """Lower a mistaken invoice to zero by a credit note; another, as told, takes its place."""
        return self._write(
            lambda book: correct_invoice(
                **book.correction(invoice, number, on=on or book.today, **facts),
                credit_number=credit_number,
                reason=reason,
                **book.writing,
            )
        )

    def payment(
        self,
        number: str,
        *,
        customer: str,
        amount: str,
        received_on: date,
        on: Amounts | None = None,
        currency: str | None = None,
    ) -> views.Receipt:
        """Record money received: `on` is the customer's own instruction, by invoice number."""
        return self._write(
            lambda book: operations.record_payment(
                customer_id=book.customer(customer),
                number=number,
                amount=book.money(amount, currency),
                received_on=received_on,
                shares=book.shares(on, currency),
                **book.writing,
            )
        )

    def credit_note(self, number: str, **facts: Any) -> views.Receipt:
        """Record a credit note; it lowers the invoices it names, the rest stands loose.

        Facts: customer, amount, credited_on; where there are any, on, reason, currency.
        """
        act = operations.record_credit_note
        return self._write(lambda it: act(credit=it.new_credit(number, **facts), **it.writing))

    def opening_credit(self, number: str, **facts: Any) -> views.Receipt:
        """Record what stood in the customer's favour when we began; facts as of a credit note."""
        act = operations.record_opening_credit
        return self._write(lambda it: act(credit=it.new_credit(number, **facts), **it.writing))

    def allocate(
        self, payment: str, *, on: Amounts | None = None, applied_on: date | None = None,
        kind: str = "payment",
    ) -> views.Receipt:  # fmt: skip
        """Put what stands unapplied of a payment (or credit) on invoices, today or another day."""
        return self._write(
            lambda book: operations.allocate(
                entry_id=book.entry(kind, payment),
                shares=book.shares(on),
                applied_on=applied_on or book.today,
                **book.writing,
            )
        )

    def undo(
        self, *, allocation: UUID | None = None, payment: str | None = None,
        kind: str = "payment", on: date | None = None,
    ) -> views.Undone:  # fmt: skip
        """Take a share, or every share of a payment, off its invoices from a day on."""

        def act(book: Book) -> views.Undone:
            day = on or book.today
            if allocation is not None:
                share = AllocationId(allocation)
                return operations.undo_allocation(
                    allocation_id=share, undone_on=day, **book.writing
                )
            if payment is None:
                raise Invalid("name an allocation, or a payment", field="allocation")
            entry_id = book.entry(kind, payment)
            return operations.undo_entry(entry_id=entry_id, undone_on=day, **book.writing)

        return self._write(act)

    def write_off(
        self, invoice: str, *, reason: str, amount: str | None = None, on: date | None = None
    ) -> views.Receipt:
        """Give up what an invoice has open, or an amount of it."""
        return self._write(
            lambda book: operations.write_off(
                invoice_id=book.invoice(invoice),
                written_on=on or book.today,
                reason=reason,
                amount=book.money(amount) if amount else None,
                **book.writing,
            )
        )

    def recovery(
        self, write_off: str | EntryId, *, amount: str, received_on: date, number: str | None = None
    ) -> EntryId:
        """Record money on something written off, named by its number (or its id)."""

        def act(book: Book) -> EntryId:
            return operations.record_recovery(
                write_off_id=book.entry("write_off", write_off),
                amount=book.money(amount),
                received_on=received_on,
                number=number,
                **book.writing,
            )

        return self._write(act)

    def refund(
        self, payment: str, *, amount: str, refunded_on: date, kind: str = "payment",
        number: str | None = None,
    ) -> views.Receipt:  # fmt: skip
        """Record money given back out of what stands unapplied of a payment (or credit)."""
        return self._write(
            lambda book: operations.record_refund(
                entry_id=book.entry(kind, payment),
                number=number,
                amount=book.money(amount),
                refunded_on=refunded_on,
                **book.writing,
            )
        )

    def chargeback(
        self, payment: str, *, returned_on: date, amount: str | None = None,
        number: str | None = None,
    ) -> views.Returned:  # fmt: skip
        """Record a payment that the bank took back, whole or in part."""
        return self._write(
            lambda book: operations.record_chargeback(
                payment_id=book.entry("payment", payment),
                number=number,
                returned_on=returned_on,
                amount=book.money(amount) if amount else None,
                **book.writing,
            )
        )

    def dispute(
        self, invoice: str, *, customer: str, reason: str, amount: str | None = None
    ) -> DisputeId:
        """Open a dispute over an invoice or an amount of it; it is silent until that ends."""
        return self._write(
            lambda book: contest(
                customer_id=book.customer(customer),
                invoice_id=book.invoice(invoice),
                reason=reason,
                amount_minor=None if amount is None else book.money(amount).minor,
                **book.writing,
            )
        )

    def end_dispute(self, dispute: DisputeId | str, *, on: date | None = None) -> None:
        """End a dispute (or, by its number, the only one of an invoice) from a day on."""
        return self._write(
            lambda book: resolve_dispute(
                dispute_id=book.dispute(dispute) if isinstance(dispute, str) else dispute,
                disputed_to=on or book.today,
                **book.writing,
            )
        )

    def waive(
        self, invoice: str, *, charge: str, by: str, reason: str, through_on: date | None = None
    ) -> WaiverId:
        """Record that late charges on an invoice are given up."""
        return self._write(
            lambda book: operations.waive(
                invoice_id=book.invoice(invoice),
                charge=Charge(charge),
                through_on=through_on,
                waived_by=by,
                reason=reason,
                **book.writing,
            )
        )

    def limit(
        self, customer: str, *, limit: str | None, by: str, valid_from: date | None = None
    ) -> None:
        """Say how much a customer may owe from a day on (None: no limit)."""
        return self._write(
            lambda book: operations.set_credit_limit(
                customer_id=book.customer(customer),
                currency=book.client.currency,
                limit_minor=None if limit is None else book.money(limit).minor,
                valid_from=valid_from or book.today,
                set_by=by,
                **book.writing,
            )
        )

    def write_off_small_balances(self) -> views.WrittenOff:
        """Give up every remainder below the mandate's tolerance."""
        return self._write(lambda book: operations.write_off_small_balances(**book.writing))

    def agree(self, *, valid_from: date, **terms: Any) -> Mandate:
        """Agree other terms from a day on; what is not named stays as it was on that day."""
        return self._write(
            lambda it: agree_terms(valid_from=valid_from, **it.terms(**terms), **it.writing)
        )

    def ask(self, query: Callable[..., Answer], /, **words: Any) -> Answer:
        """Ask a query of `receivables.queries`; `customer` by number, `today` unless told.

        `known_at` is an instant, or a date: the end of that day at the client company.
        """
        with self._store.read(self._caller) as session:
            book = Book(session, self._code, self._now())
            if "customer" in words:
                words["customer_id"] = book.customer(words.pop("customer"))
            if "known_at" in words:
                words["known_at"] = known_until(words["known_at"], zone(book.client.zone))
            if "as_of" not in words:
                words.setdefault("today", book.today)
            return query(session, client_id=book.id, **words)

    def balance(self, customer: str, **words: Any) -> list[views.Balance]:
        """Say what a customer owes, by currency."""
        return self.ask(queries.balance, customer=customer, **words)

    def late_charges(self, customer: str, **words: Any) -> list[views.LateCharge]:
        """Show what lateness would come to by the mandate's rule."""
        return self.ask(queries.late_charges, customer=customer, **words)

    def exposure(self, customer: str, **words: Any) -> list[views.Exposure]:
        """Say what is at stake with a customer, beside the limit."""
        return self.ask(queries.exposure, customer=customer, **words)

    def small_balances(self, *, as_of: date | None = None, **more: Any) -> list[views.SmallBalance]:
        """List the remainders below the mandate's tolerance."""
        return self.ask(partial(queries.small_balances, as_of=as_of), **more)

    def lines(self, customer: str, *, as_of: date | None = None, **words: Any) -> views.LedgerPage:
        """Tell every document and movement of a customer, a page at a time."""

        def read(session: Session, *, today: date, **asked: Any) -> views.LedgerPage:
            return queries.ledger(session, as_of=as_of or today, **asked)

        return self.ask(read, customer=customer, **words)

    def days(self) -> tzinfo:
        """Say in which zone the client company's days begin and end."""
        with self._store.read(self._caller) as session:
            return zone(mandates.client_by_code(session, code=self._code).zone)

    def terms(self, **words: Any) -> Mandate:
        """Read the terms in force today (or on another day: `today`)."""
        return self.ask(mandates.mandate, **words)

    def _write(self, act: Callable[[Book], Answer]) -> Answer:
        with self._store.begin(self._caller) as session:
            return act(Book(session, self._code, self._now()))
