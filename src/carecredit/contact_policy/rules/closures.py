"""Which hours and days the profiles, the person's wishes and our own desk leave open."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

import msgspec

from carecredit.contact_policy.rules.facts import Facts, OperatorHours, Request, Week
from carecredit.contact_policy.rules.hours import (
    Ends,
    Opens,
    ends_by_day,
    ends_by_week,
    ends_on_eves,
    ends_once_begun,
    once_begun,
    opens_by_day,
    opens_by_week,
    opens_on_eves,
)
from carecredit.contact_policy.rules.profile import HolidayRule, Override, Profile
from carecredit.contact_policy.rules.validity import begins_at, opened_by_consent
from carecredit.kernel.calendars import DAY
from carecredit.kernel.public_days import Calendars, CalendarUnknown, easter_monday

Closed = Callable[[date], bool]


class Closure(msgspec.Struct, frozen=True):
    """One rule of hours or days; `by_holiday` ones fall away where holidays are thought away.

    A `never` one has no hours that others could fail to meet.
    """

    code: str
    rule_id: str
    opens: Opens
    ends: Ends
    by_holiday: bool = False
    never: bool = False


def closures(
    profiles: Iterable[Profile], request: Request, facts: Facts, calendars: Calendars
) -> Iterator[Closure]:
    """List everything that closes hours or days to a request, in every candidate zone."""
    for profile in profiles:
        begins = begins_at(profile, facts.zones)
        for closure in _of_profile(profile, request, facts, calendars):
            yield msgspec.structs.replace(
                closure,
                opens=once_begun(begins, closure.opens),
                ends=ends_once_begun(begins, closure.ends),
            )
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
    profile: Profile, request: Request, facts: Facts, calendars: Calendars
) -> Iterator[Closure]:
    """List what a profile closes; hours that name channels of their own bind those alone."""
    window = profile.window
    for key in facts.zones:
        if window.week is not None and profile.window_binds(request):
            yield from _of_window(profile, window.week, request, facts, key)
        if not profile.speaks_to(request):
            continue
        for override in profile.overrides:
            if _applies(profile, override, facts):
                yield from _of_override(profile, override, key, facts, calendars)
        if profile.holidays.policy == "forbid":
            yield from _of_holidays(profile, key, facts, calendars)


def _of_window(
    profile: Profile, week: Week, request: Request, facts: Facts, key: str
) -> Iterator[Closure]:
    """Give a profile's hours; what is never opens to the request or the consent it excepts.

    The customer's request opens what it was for: a promotion beside it was not asked for.
    """
    unless, rule_id = profile.window.unless, f"{profile.key}.windows"
    if "requested" in unless and request.requested and request.purpose in profile.purposes:
        return
    opens = opened_by_consent(profile, request, facts) if "consent" in unless else None
    if opens is None:
        yield _weekly("outside_window", rule_id, week, key)
    else:
        yield Closure("outside_window", rule_id, opens, _no_end, never=True)


def _no_end(at: datetime) -> datetime | None:  # noqa: ARG001 - an opening with no end of its own
    return None


def _of_holidays(
    profile: Profile, key: str, facts: Facts, calendars: Calendars
) -> Iterator[Closure]:
    closed = _closed(profile.holidays, facts, calendars)
    yield _daily("holiday", f"{profile.key}.holidays", closed, key)
    if profile.eve_hours:

        def eve(day: date) -> bool:
            return closed(day + DAY)

        yield Closure(
            "outside_window",
            f"{profile.key}.pre_holiday_windows",
            opens_on_eves(eve, profile.eve_hours, key),
            ends_on_eves(eve, profile.eve_hours, key),
            by_holiday=True,
        )


def _applies(profile: Profile, override: Override, facts: Facts) -> bool:
    """Say whether a subdivision's own hours may be the person's."""
    if override.subdivision == facts.subdivision or not facts.subdivision_known:
        return True
    return (country_of(profile), override.subdivision) in facts.other_subdivisions


def country_of(profile: Profile) -> str:
    """Give the country of a profile's first jurisdiction."""
    return profile.jurisdictions[0].partition("-")[0]


def _of_override(
    profile: Profile, override: Override, key: str, facts: Facts, calendars: Calendars
) -> Iterator[Closure]:
    rule_id = f"{profile.key}.state_overrides.{override.subdivision}"
    yield _weekly("outside_window", rule_id, override.week, key)
    if override.holidays:
        country = country_of(profile)
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
    opens, ends = opens_by_week(week, key), ends_by_week(week, key)
    return Closure(code, rule_id, opens, ends, never=not any(week))


def _daily(code: str, rule_id: str, closed: Closed, key: str) -> Closure:
    opens, ends = opens_by_day(closed, key), ends_by_day(closed, key)
    return Closure(code, rule_id, opens, ends, by_holiday=code == "holiday")


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
    lists += [(country, code, ("public",)) for country, code in facts.other_subdivisions]
    return tuple(lists)
