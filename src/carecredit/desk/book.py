"""The numbers that people know, turned into ids, within one call's session."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from carecredit.customers import queries as customers
from carecredit.kernel.calendars import DAY, local_date, start_of_day, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, DisputeId, EntryId, InvoiceId
from carecredit.kernel.money import Money, check_currency, major
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.receivables import queries
from carecredit.receivables.operations import NewCredit, NewInstalment, NewInvoice
from carecredit.receivables.rules import KIND_WORDS, EntryKind, InvoiceKind, Share
from carecredit.receivables.views import OpenInvoice

Amounts = Mapping[str, str]
"""Amounts in major units, as text, by invoice number."""


class Book:
    """One call's session, with the numbers that people know turned into ids."""

    def __init__(self, session: Session, code: str, now: datetime) -> None:
        self.session = session
        self.client: Client = mandates.client_by_code(session, code=code)
        self.id: ClientId = self.client.id
        self.today = local_date(now, zone(self.client.zone))
        self.writing: dict[str, Any] = {"session": session, "client_id": self.id, "now": now}

    def money(self, text: str, currency: str | None = None) -> Money:
        """Read an amount in the client company's currency unless told."""
        return Money.parse(text, check_currency(currency or self.client.currency))

    def end_of(self, day: date) -> datetime:
        """Give the instant at which a local day is over."""
        return start_of_day(day + DAY, zone(self.client.zone))

    def customer(self, number: str) -> CustomerId:
        """Find a customer by number."""
        ids = customers.ids_by_number(self.session, client_id=self.id, numbers=[number])
        if number not in ids:
            raise customers.UnknownCustomer(f"no customer {number!r}", field="customer")
        return ids[number]

    def invoice(self, number: str) -> InvoiceId:
        """Find an invoice by number."""
        found = queries.invoices_by_number(self.session, client_id=self.id, numbers=[number])
        if number not in found:
            raise queries.UnknownInvoice(f"no invoice {number!r}", field="invoice")
        return InvoiceId(found[number]["id"])

    def entry(self, kind: str, number: str | EntryId) -> EntryId:
        """Find a movement by kind and number; an id is taken as it is."""
        if not isinstance(number, str):
            return number
        found = queries.entries_by_number(
            self.session, client_id=self.id, kind=EntryKind(kind), numbers=[number]
        )
        if number not in found:
            named = KIND_WORDS[kind]["en"].lower()
            raise queries.UnknownEntry(f"no {named} {number!r}", field="entry")
        return EntryId(found[number]["id"])

    def dispute(self, invoice: str) -> DisputeId:
        """Find the dispute of an invoice that has not ended: where there are several, say which."""
        found = queries.disputes_of(
            self.session, client_id=self.id, invoice_ids=[self.invoice(invoice)]
        )
        standing = [one.id for one in found if one.disputed_to is None]
        if len(standing) != 1:
            told = f"; name one: {', '.join(map(str, standing))}" if standing else ""
            raise Invalid(f"{len(standing)} disputes of {invoice!r} stand{told}", field="dispute")
        return standing[0]

    def new_invoice(
        self,
        number: str,
        *,
        customer: str | CustomerId,
        gross: str,
        invoiced_on: date,
        **facts: Any,
    ) -> NewInvoice:
        """Put together an invoice to be recorded; amounts among its facts are text."""
        total = self.money(gross, facts.pop("currency", None))
        tax, parts = facts.pop("tax", None), facts.pop("instalments", ())
        return NewInvoice(
            customer_id=self.customer(customer) if isinstance(customer, str) else customer,
            number=number,
            invoiced_on=invoiced_on,
            due_on=facts.pop("due_on", None),
            gross=total,
            tax_minor=None if tax is None else self.money(tax, total.currency).minor,
            kind=InvoiceKind(facts.pop("kind", InvoiceKind.INVOICE)),
            instalments=tuple(
                NewInstalment(day, self.money(part, total.currency).minor) for day, part in parts
            ),
            **facts,
        )

    def correction(self, invoice: str, number: str, *, on: date, **facts: Any) -> dict[str, Any]:
        """Put together what takes a mistaken invoice's place: what is not said stays as it was."""
        wrong = self.invoice(invoice)
        it = queries.invoice(self.session, client_id=self.id, invoice_id=wrong, today=on)
        new = self.new_invoice(number, **_kept(it) | _due(it, facts) | facts)
        if it.tax_minor and "tax" not in facts and new.gross.minor != _total(it):
            raise Invalid("its total changes, so does the VAT in it: say it anew", field="tax")
        return {"invoice_id": wrong, "replacement": new, "corrected_on": on}

    def new_credit(
        self,
        number: str,
        *,
        customer: str,
        amount: str,
        credited_on: date,
        on: Amounts | None = None,
        reason: str | None = None,
        currency: str | None = None,
    ) -> NewCredit:
        """Put together a credit to be recorded, with the invoices it is to lower."""
        money = self.money(amount, currency)
        return NewCredit(
            customer_id=self.customer(customer),
            number=number,
            credited_on=credited_on,
            amount=money,
            reason=reason,
            shares=tuple(self.shares(on, money.currency)),
        )

    def terms(self, *, small_balance: str | None = None, **terms: Any) -> dict[str, Any]:
        """Read the terms that are named; what is small is told in major units, as over HTTP."""
        if small_balance is None:
            return terms
        return terms | {"small_balance_minor": self.money(small_balance).minor}

    def shares(self, on: Amounts | None, currency: str | None = None) -> Sequence[Share]:
        """Read an instruction: amounts by invoice number."""
        return [
            Share(self.invoice(number), self.money(text, currency).minor)
            for number, text in (on or {}).items()
        ]


def _kept(it: OpenInvoice) -> dict[str, Any]:
    """Name what a correction leaves as it was, where nothing else is said."""
    return {
        "customer": it.customer_id,
        "currency": it.currency,
        "kind": it.kind,
        "gross": major(_total(it), it.currency),
        "tax": None if it.tax_minor is None else major(it.tax_minor, it.currency),
        "segment": it.segment,
        "split_payment": it.split_payment,
    }


def _due(it: OpenInvoice, said: Mapping[str, Any]) -> dict[str, Any]:
    """Name when it falls due, as it did: one day said, or instalments, stand for all there were."""
    if said.keys() & {"due_on", "instalments"}:
        return {}
    if len(it.instalments) > 1:
        parts = [(one.due_on, major(one.amount_minor, it.currency)) for one in it.instalments]
        return {"instalments": parts}
    return {"due_on": None if it.due_on == it.invoiced_on else it.due_on}


def _total(it: OpenInvoice) -> int:
    return it.gross_minor + (it.tax_minor or 0 if it.split_payment else 0)


def wanted(session: Session, client: str | None) -> list[Client]:
    """Give one client company by its code, or every one; an unknown code raises."""
    if client is None:
        return mandates.clients(session)
    return [mandates.client_by_code(session, code=client)]
