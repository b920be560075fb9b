"""What a contact may bring: a promise, a plan, a payment on its way, cases, our own word."""

from datetime import date

import msgspec

from carecredit.arrangements.rules import PayMethod
from carecredit.cases.rules import CaseKind, Resolution
from carecredit.kernel.ids import CaseId, InvoiceId


class PromiseGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The amount (plain decimal, major units) and the day the customer gave us."""

    amount: str
    currency: str
    promised_on: date
    method: PayMethod = PayMethod.OTHER
    given_by: str = ""
    """Who gave it, where it was not the customer."""
    invoices: tuple[InvoiceId, ...] = ()
    remind: bool = False


class PlanWished(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Monthly instalments that suit the customer: how many, or how much each."""

    currency: str
    first_on: date
    instalments: int | None = None
    each: str | None = None
    invoices: tuple[InvoiceId, ...] = ()
    remind: bool = False


class ProofTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payment that the customer has made, of which invoice, when and how."""

    invoice_id: InvoiceId
    amount: str
    currency: str
    paid_on: date
    method: PayMethod = PayMethod.BANK_TRANSFER
    reference: str = ""


class CaseBegun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A matter that the contact opened."""

    kind: CaseKind
    subject: str
    invoices: tuple[InvoiceId, ...] = ()
    proof: str = ""
    topic: str | None = None


class CaseSolved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A matter that the contact resolved, in words."""

    case_id: CaseId
    solution: str
    resolution: Resolution = Resolution.SOLVED


class GapSeen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What no procedure foresees; it goes to the client company, and whoever saw it hears back."""

    text: str
    topic: str


class WordGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What we gave the customer to expect, by the end of which day."""

    what: str
    by: date
