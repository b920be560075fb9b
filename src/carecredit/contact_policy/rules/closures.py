"""Which hours and days the profiles, the person's wishes and our own desk leave open."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import msgspec

from carecredit.contact_policy.rules.facts import Facts, OperatorHours, Request, Week
from carecredit.contact_policy.rules.hours import (
    Opens,
    opens_by_day,
    opens_by_week,
    opens_on_eves,
)
from carecredit.contact_policy.rules.profile import HolidayRule, Override, Profile
from carecredit.contact_policy.rules.public_days import Calendars, CalendarUnknown, easter_monday
from carecredit.kernel.calendars import DAY

Closed = Callable[[date], bool]


class Closure(msgspec.Struct, frozen=True):
    """One rule of hours or days; `by_holiday` ones fall away where holidays are thought away."""

    code: str
    rule_id: str
    opens: Opens
    by_holiday: bool = False
    never: bool = False
    week: Week | None = None
    zone: str = ""


def closures(
    profiles: Iterable[Profile], request: Request, facts: Facts, calendars: Calendars
) -> Iterator[Closure]:
    """List everything that closes hours or days to a request, in every candidate zone."""
    for profile in profiles:
        if profile.speaks_to(request):
            for key in facts.zones:
                yield from _of_profile(profile, request, key, facts, calendars)
    for wish in facts.wishes:
        if not wish.channels or request.channel in wish.channels:
            for key in facts.zones:
                yield _weekly("outside_window", "wish", wish.week, key)
    if facts.operator is not None:
        yield from _of_operator(facts.operator, calendars)


def discouraged(profile: Profile, facts: Facts, calendars: Calendars, day: date) -> bool:
    """Say whether a profile speaks against a day without closing it."""
    rule = profile.holidays
    return (
        rule.policy == "discourage"
        and rule.calendar is not None
        and _closed(rule, facts, calendars)(day)
    )


def _of_profile(
    profile: Profile, request: Request, key: str, facts: Facts, calendars: Calendars
) -> Iterator[Closure]:
    window = profile.window
    if window.week is not None and request.channel in window.channels:
        yield _weekly("outside_window", f"{profile.key}.windows", window.week, key)
    for override in profile.overrides:
        if _applies(override, facts):
            yield from _of_override(profile, override, key, facts, calendars)
    if profile.holidays.policy == "forbid":
        closed = _closed(profile.holidays, facts, calendars)
        yield _daily("holiday", f"{profile.key}.holidays", closed, key)
        if profile.eve_hours:
            eves = opens_on_eves(lambda day: closed(day + DAY), profile.eve_hours, key)
            rule_id = f"{profile.key}.pre_holiday_windows"
            yield Closure("outside_window", rule_id, eves, by_holiday=True)


def _applies(override: Override, facts: Facts) -> bool:
    return override.subdivision == facts.subdivision or not facts.subdivision_known


def _of_override(
    profile: Profile, override: Override, key: str, facts: Facts, calendars: Calendars
) -> Iterator[Closure]:
    rule_id = f"{profile.key}.state_overrides.{override.subdivision}"
    yield _weekly("outside_window", rule_id, override.week, key)
    if override.holidays:
        country, _, _ = profile.jurisdictions[0].partition("-")
        rule = HolidayRule("forbid", calendar=country, subdivision=override.subdivision)
        yield _daily("holiday", rule_id, _closed(rule, facts, calendars), key)


def _of_operator(operator: OperatorHours, calendars: Calendars) -> Iterator[Closure]:
    yield _weekly("operator_closed", "operator.hours", operator.week, operator.zone)
    if operator.calendar is not None:
        calendar, subdivision = operator.calendar, operator.subdivision

        def closed(day: date) -> bool:
            return calendars.is_holiday(calendar, subdivision, ("public",), day)

        yield _daily("operator_closed", "operator.holidays", closed, operator.zone)


def _weekly(code: str, rule_id: str, week: Week, key: str) -> Closure:
    return Closure(
        code, rule_id, opens_by_week(week, key), never=not any(week), week=week, zone=key
    )


def _daily(code: str, rule_id: str, closed: Closed, key: str) -> Closure:
    return Closure(code, rule_id, opens_by_day(closed, key), by_holiday=code == "holiday", zone=key)


def _closed(rule: HolidayRule, facts: Facts, calendars: Calendars) -> Closed:
    """Say which days are holidays: the profile's own, and the public days of the subdivision."""
    lists = _lists(rule, facts)

    def closed(day: date) -> bool:
        if rule.easter_monday and day == easter_monday(day.year):
            return True
        return any(calendars.is_holiday(*names, day) for names in lists)

    return closed


def _lists(rule: HolidayRule, facts: Facts) -> tuple[tuple[str, str | None, tuple[str, ...]], ...]:
    own = facts.countries if rule.calendar == "consumer_country" else (rule.calendar,)
    calendars = [calendar for calendar in own if calendar is not None]
    if not calendars:
        raise CalendarUnknown("no country is known to take the holidays from", field="calendar")
    lists = [(calendar, rule.subdivision, rule.categories) for calendar in calendars]
    if facts.subdivision is not None:
        country = facts.countries[0] if facts.countries else calendars[0]
        categories = rule.categories if country == calendars[0] else ("public",)
        lists.append((country, facts.subdivision, categories))
    return tuple(lists)
