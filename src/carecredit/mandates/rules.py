"""What makes a client company's card sound."""

import re
from enum import StrEnum

from carecredit.kernel import calendars
from carecredit.kernel.banking import check_bic, check_iban
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import MINOR_MAX, check_currency

NAME_LENGTH_MAX, PAYEE_LENGTH_MAX = 200, 70
LANGUAGES = ("it", "en")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_COUNTRY = re.compile(r"[A-Z]{2}")


class AllocationOrder(StrEnum):
    """How money that comes without an instruction is put on invoices of the same nature."""

    OLDEST_DUE = "oldest_due"
    AS_STATED = "as_stated"
    """Only where the payment says; what it does not say stays unapplied."""
    PROPORTIONAL = "proportional"


class OddCents(StrEnum):
    """Which instalment of a plan carries what cannot be divided."""

    FIRST = "first"
    LAST = "last"


OF_ARRANGEMENTS = {
    "plan_amount_max_minor": (0, MINOR_MAX),
    "plan_instalments_max": (1, 240),
    "plan_days_max": (1, 3_660),
    "plan_missed_max": (1, 240),
    "odd_cents": None,
    "proof_days": (1, 60),
    "relief_days_max": (1, 730),
}
"""Terms of plans, proofs and reliefs, in the order a mandate has them, and their bounds."""


NATURES = ("costs", "interest", "principal")
"""What an invoice asks for. Italy, civil code, art. 1194: charges before the principal."""


def check_client(
    *, code: str, name: str, country: str, currency: str, language: str, zone: str
) -> None:
    """Accept the card of a client company; raises `Invalid` naming the field and the way out."""
    if _CODE.fullmatch(code) is None:
        raise Invalid(
            f"{code!r} is no code: 1 to 32 letters, digits, dashes or underscores", field="code"
        )
    if not 0 < len(name.strip()) <= NAME_LENGTH_MAX or not name.isprintable():
        raise Invalid(
            f"a client company has a name of 1 to {NAME_LENGTH_MAX} characters", field="name"
        )
    if _COUNTRY.fullmatch(country) is None:
        raise Invalid(f"{country!r} is no country; write two capitals such as IT", field="country")
    check_currency(currency)
    if language not in LANGUAGES:
        raise Invalid(f"{language!r} is not spoken here; write it or en", field="language")
    calendars.zone(zone)


def checked_account(
    *, payee: str | None, iban: str | None, bic: str | None
) -> dict[str, str | None]:
    """Accept where customers pay, as it is stored; raises `Invalid` naming the field.

    A payee is no longer than a transfer's line (EPC069-12: 70 characters).
    """
    name = payee.strip() if payee is not None else None
    if name is not None and (not 0 < len(name) <= PAYEE_LENGTH_MAX or not name.isprintable()):
        raise Invalid(f"a payee has a name of 1 to {PAYEE_LENGTH_MAX} characters", field="payee")
    if bic is not None and iban is None:
        raise Invalid("a BIC goes with an IBAN; give both", field="bic")
    return {
        "payee": name,
        "iban": None if iban is None else check_iban(iban),
        "bic": None if bic is None else check_bic(bic),
    }


def check_terms(
    *,
    follow_up_policy: str,
    small_balance_minor: int,
    promise_grace_days: int,
    promise_days_max: int,
    allocation_order: str,
    allocation_natures: str,
    late_charges: str,
) -> None:
    """Accept what a mandate lays down; raises `Invalid` naming the field."""
    if not follow_up_policy:
        raise Invalid("a mandate names its follow-up policy", field="follow_up_policy")
    limits = {
        "small_balance_minor": small_balance_minor,
        "promise_grace_days": promise_grace_days,
        "promise_days_max": promise_days_max,
    }
    for field, value in limits.items():
        if value < 0:
            raise Invalid(f"{field} is never below zero", field=field)
    if allocation_order not in list(AllocationOrder):
        known = ", ".join(AllocationOrder)
        raise Invalid(
            f"{allocation_order!r} is no order of allocation; write one of {known}",
            field="allocation_order",
        )
    if sorted(allocation_natures.split(",")) != sorted(NATURES):
        raise Invalid(
            f"name each of {', '.join(NATURES)} once, with commas between",
            field="allocation_natures",
        )
    if not late_charges:
        raise Invalid(
            "name a rule of late charges, or none to show no charges", field="late_charges"
        )


def check_arrangements(*, odd_cents: str, **limits: int) -> None:
    """Accept the terms of plans, proofs and reliefs; raises `Invalid` naming the field."""
    if odd_cents not in list(OddCents):
        known = ", ".join(OddCents)
        raise Invalid(f"{odd_cents!r} is no place; write one of {known}", field="odd_cents")
    for field, value in limits.items():
        low, high = OF_ARRANGEMENTS[field] or (0, 0)
        if not low <= value <= high:
            raise Invalid(f"{field} is from {low} to {high}", field=field)
