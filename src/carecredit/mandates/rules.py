"""What makes a client company's card sound."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from carecredit.kernel import calendars
from carecredit.kernel.banking import check_bic, check_iban
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import MINOR_MAX, check_currency
from carecredit.kernel.weeks import DAYS, Week, check_day, read_span, written_span

NAME_LENGTH_MAX, PAYEE_LENGTH_MAX = 200, 70
TONES = ("courtesy", "friendly", "empathetic", "listening", "help")
"""Tones of voice, each with a text in every language; none of them threatens."""
LANGUAGES = ("it", "en")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CALENDAR = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
ALWAYS, OWN_ZONE, NO_CALENDAR = "always", "client", "none"


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


def read_opening(text: str) -> Week | None:
    """Read opening hours as a mandate keeps them: by day, or `always` (none); sorted by hour."""
    if text == ALWAYS:
        return None
    try:
        told = msgspec.json.decode(text.encode(), type=dict[str, list[str]])
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise Invalid("opening hours stand by day, or are always", field="opening_hours") from None
    for day in told:
        check_day(day, field="opening_hours")
    week = tuple(
        tuple(sorted(read_span(span, field="opening_hours") for span in told.get(day, ())))
        for day in DAYS
    )
    if not any(week):
        raise Invalid("name an hour at which somebody is there", field="opening_hours")
    return week


def written_opening(told: Mapping[str, Sequence[str]]) -> str:
    """Write opening hours as a mandate keeps them; a day not named is closed."""
    return msgspec.json.encode({day: list(told[day]) for day in told}).decode()


def opening_by_day(text: str) -> dict[str, tuple[str, ...]] | None:
    """Tell opening hours by day, the closed days left out; none where they bind nobody."""
    week = read_opening(text)
    if week is None:
        return None
    return {
        day: tuple(written_span(span) for span in spans)
        for day, spans in zip(DAYS, week, strict=True)
        if spans
    }


def check_opening(*, opening_hours: str, opening_zone: str, opening_calendar: str) -> None:
    """Accept when somebody is there, on whose clock, and by whose public days it closes."""
    read_opening(opening_hours)
    if opening_zone != OWN_ZONE:
        try:
            calendars.zone(opening_zone)
        except Invalid as unknown:
            raise Invalid(unknown.message, field="opening_zone") from unknown
    if opening_calendar != NO_CALENDAR and _CALENDAR.fullmatch(opening_calendar) is None:
        raise Invalid(
            f"{opening_calendar!r} names no public days; write such as IT or IT-MI, or none",
            field="opening_calendar",
        )


def check_terms(  # noqa: PLR0913 - all that a mandate lays down
    *,
    follow_up_policy: str,
    small_balance_minor: int,
    promise_grace_days: int,
    promise_days_max: int,
    allocation_order: str,
    allocation_natures: str,
    late_charges: str,
    opening_hours: str,
    opening_zone: str,
    opening_calendar: str,
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
    check_opening(
        opening_hours=opening_hours,
        opening_zone=opening_zone,
        opening_calendar=opening_calendar,
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
