"""The days of a moratorium: from when to when a law forbids to ask, as an instant of its place."""

from datetime import date, datetime

from carecredit.contact_policy.rules.hours import day_start
from carecredit.contact_policy.rules.profile import Moratorium, Profile
from carecredit.kernel.calendars import DAY
from carecredit.kernel.errors import Invalid


def moratorium_end(profile: Profile, *, registered_on: date, zone: str) -> datetime:
    """Give the instant at which a moratorium ends, by the profile's days (SI 2020/1311: 60).

    Where the day of registration is the first of them, the last is one day earlier.
    """
    rule = _rule(profile)
    days = rule.standard_days if rule.first_day_counts else rule.standard_days + 1
    return day_start(zone, registered_on + DAY * days)


def treatment_end(profile: Profile, *, treatment_ended_on: date, zone: str) -> datetime:
    """Give the end after crisis treatment: the profile's full days after its last (30)."""
    days = _rule(profile).after_treatment_days
    if days is None:
        raise Invalid(f"{profile.key} says no days after treatment", field="profile")
    return day_start(zone, treatment_ended_on + DAY * (days + 1))


def _rule(profile: Profile) -> Moratorium:
    if profile.moratorium is None:
        raise Invalid(f"{profile.key} speaks of no moratorium", field="profile")
    return profile.moratorium
