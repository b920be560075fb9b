"""When our own desk is there to speak for a client company, in the words of the decision."""

from carecredit.contact_policy.rules.facts import OperatorHours
from carecredit.kernel.errors import Invalid
from carecredit.kernel.public_days import known_subdivision, knows_country
from carecredit.mandates.rules import NO_CALENDAR, OWN_ZONE, read_opening

SPOKEN = frozenset({"voice", "visit"})
"""Channels that need somebody there; what a machine sends waits for no opening hour."""


def operator_hours(
    channel: str, *, hours: str, zone: str, calendar: str, client_zone: str
) -> OperatorHours | None:
    """Give the hours of a mandate that bind a contact, where it needs a person at all."""
    week = read_opening(hours)
    if week is None or channel not in SPOKEN:
        return None
    country, _, subdivision = calendar.partition("-")
    return OperatorHours(
        zone=client_zone if zone == OWN_ZONE else zone,
        week=week,
        calendar=None if calendar == NO_CALENDAR else country,
        subdivision=subdivision or None,
    )


def check_calendar(calendar: str) -> None:
    """Accept the public days by which a desk closes: of a country, or of a part of it."""
    if calendar == NO_CALENDAR:
        return
    country, _, subdivision = calendar.partition("-")
    known = knows_country(country)
    if not known or (subdivision and known_subdivision(country, subdivision) is None):
        raise Invalid(f"no public days are known for {calendar!r}", field="opening_calendar")
