"""Caps, gaps and cool-offs: when what has happened allows the next contact.

Every span is of the person's own calendar days, in each candidate zone; the latest zone decides.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec

from carecredit.contact_policy.rules.events import Event, counts_as, is_at_least, uses
from carecredit.contact_policy.rules.facts import Facts, Request
from carecredit.contact_policy.rules.hours import Opens, day_start, once_begun, opens_from
from carecredit.contact_policy.rules.limit import Limit, Tells
from carecredit.contact_policy.rules.naming import telling
from carecredit.contact_policy.rules.profile import Cap, CoolOff, Profile
from carecredit.contact_policy.rules.validity import begins_at
from carecredit.kernel.calendars import DAY, local_date, zone

MEMORY_DAYS = 35
"""Days of history that every decision sees, however short its profiles' own spans are."""

History = tuple[Event, ...]


class Counter(msgspec.Struct, frozen=True):
    """A unit of a cap that a contact takes on a local day, until it proves not to count."""

    rule_id: str
    day_on: date
    count_max: int
    counts: str


def limits(
    profiles: Iterable[Profile], request: Request, history: History, facts: Facts
) -> Iterator[Limit]:
    """List the caps, gaps and cool-offs that bind a request; its own wish passes house ones."""
    for profile in profiles:
        if profile.concerns(request):
            begins = begins_at(profile, facts.zones)
            for limit in _of_profile(profile, request, history, facts.zones):
                yield msgspec.structs.replace(limit, opens=once_begun(begins, limit.opens))


def taken_counters(
    profiles: Iterable[Profile], request: Request, *, becomes: str, day: date
) -> tuple[Counter, ...]:
    """List the units of caps that a contact takes when it is reserved.

    A cap over hours or over distinct channels has no day to count on: the gate and the history
    guard it. A cap that the request may pass is not taken either.
    """
    monday = day - DAY * day.weekday()
    return tuple(
        Counter(name, monday if cap.window.kind == "iso_week" else day, cap.count, cap.counts)
        for profile in profiles
        if profile.concerns(request)
        for cap in profile.caps
        if _binds(cap, request)
        and cap.window.kind != "rolling_hours"
        and cap.counts != "channels"
        and not cap.after_first_conversation
        and counts_as(becomes, cap.counts)
        for name in _counter_names(profile, cap, request)
    )


def kept_counters(counters: Iterable[Counter], kind: str) -> tuple[Counter, ...]:
    """Keep the units that still count now that a contact's kind is known."""
    return tuple(counter for counter in counters if counts_as(kind, counter.counts))


def memory_days(profiles: Iterable[Profile]) -> int:
    """Say how many days back the history must reach for these profiles."""
    spans = [MEMORY_DAYS]
    for profile in profiles:
        for cap in profile.caps:
            unit = 7 if cap.window.kind == "iso_week" else 1
            spans += [cap.window.n * unit + unit + 2, (cap.gap_days or 0) + 2]
        if profile.cooloff is not None:
            spans.append(profile.cooloff.days + 3)
        spans.append((profile.gap_hours or 0) // 24 + 2)
    return max(spans)


def _of_profile(
    profile: Profile, request: Request, history: History, zones: tuple[str, ...]
) -> Iterator[Limit]:
    for cap in profile.caps:
        if _binds(cap, request):
            yield from _cap_limits(profile, cap, request, history, zones)
    if request.channel in profile.channels and not (request.requested and profile.house):
        yield from _gap_limit(profile, history, zones)
    cooloff = profile.cooloff
    if cooloff is not None and _binds(cooloff, request):
        yield from _cooloff_limit(profile, cooloff, request, history, zones)


def _binds(rule: Cap | CoolOff, request: Request) -> bool:
    return request.channel in rule.channels and not (request.requested and rule.house)


def _counter_names(profile: Profile, cap: Cap, request: Request) -> list[str]:
    name = f"{profile.key}.{cap.id}"
    if cap.per_channel:
        name = f"{name}@{request.channel}"
    if cap.per_debt and request.debts:
        return [f"{name}:{debt}" for debt in request.debts]
    return [name]


def _cap_limits(
    profile: Profile, cap: Cap, request: Request, history: History, zones: tuple[str, ...]
) -> Iterator[Limit]:
    rule_id = f"{profile.key}.{cap.id}"
    if cap.counts == "channels":
        used = [event for event in history if _uses_cap(event, cap, cap.channels)]
        opens = _opens_by_channels(cap, request, used, zones)
        yield Limit(f"cap:{cap.id}", rule_id, opens, telling(used, zones))
        return
    bound = frozenset({request.channel}) if cap.per_channel else cap.channels
    for events in _by_debt(history, request, per_debt=cap.per_debt):
        counted = _counted(cap, bound, events)
        if len(counted) >= cap.count:
            moment = _freed(cap, counted[-cap.count].at, zones)
            yield Limit(
                f"cap:{cap.id}", rule_id, opens_from(moment), _telling_count(cap, counted, zones)
            )
        if cap.gap_days is not None and counted:
            moment = _days_after(counted[-1].at, cap.gap_days, zones)
            yield Limit("min_gap", rule_id, opens_from(moment), telling(counted[-1:], zones))


def _telling_count(cap: Cap, counted: list[Event], zones: tuple[str, ...]) -> Tells:
    """Tell how many of how many a cap counts at an instant, and which."""

    def tells(at: datetime) -> tuple[str, ...]:
        within = [event for event in counted if _freed(cap, event.at, zones) > at]
        (named,) = telling(within, zones)(at)
        return (f"{len(within)}/{cap.count}: {named}",)

    return tells


def _counted(cap: Cap, bound: frozenset[str], events: Iterable[Event]) -> list[Event]:
    since = None
    if cap.after_first_conversation:
        talks = [event.at for event in events if is_at_least(event.kind, "conversation")]
        if not talks:
            return []
        since = min(talks)
    counted = (event for event in events if _uses_cap(event, cap, bound))
    return sorted(
        (event for event in counted if since is None or event.at >= since),
        key=lambda event: event.at,
    )


def _uses_cap(event: Event, cap: Cap, bound: frozenset[str]) -> bool:
    return uses(event, bound) and counts_as(event.kind, cap.counts)


def _freed(cap: Cap, at: datetime, zones: tuple[str, ...]) -> datetime:
    """Give the first instant at which an event no longer lies in the cap's span."""
    if cap.window.kind == "rolling_hours":
        return at + timedelta(hours=cap.window.n)
    if cap.window.kind == "iso_week":
        return max(day_start(key, _monday(at, key) + DAY * 7 * cap.window.n) for key in zones)
    return _days_after(at, cap.window.n, zones)


def _days_after(at: datetime, days: int, zones: tuple[str, ...]) -> datetime:
    return max(day_start(key, local_date(at, zone(key)) + DAY * days) for key in zones)


def _monday(at: datetime, key: str) -> date:
    day = local_date(at, zone(key))
    return day - DAY * day.weekday()


def _opens_by_channels(
    cap: Cap, request: Request, used: Sequence[Event], zones: tuple[str, ...]
) -> Opens:
    def opens(at: datetime) -> datetime | None:
        for key in zones:
            week = _monday(at, key)
            others = {event.channel for event in used if _monday(event.at, key) == week}
            if len(others | {request.channel}) > cap.count:
                return day_start(key, week + DAY * 7)
        return at

    return opens


def _gap_limit(profile: Profile, history: History, zones: tuple[str, ...]) -> Iterator[Limit]:
    tries = [event for event in history if uses(event, profile.channels)]
    if profile.gap_hours is not None and tries:
        last = max(tries, key=lambda event: event.at)
        moment = last.at + timedelta(hours=profile.gap_hours)
        name = f"{profile.key}.min_gap"
        yield Limit("min_gap", name, opens_from(moment), telling([last], zones))


def _cooloff_limit(
    profile: Profile, cooloff: CoolOff, request: Request, history: History, zones: tuple[str, ...]
) -> Iterator[Limit]:
    days = cooloff.days + cooloff.first_day
    for events in _by_debt(history, request, per_debt=cooloff.per_debt):
        talks = [event for event in events if is_at_least(event.kind, cooloff.after)]
        if talks:
            last = max(talks, key=lambda event: event.at)
            moment = _days_after(last.at, days, zones)
            name = f"{profile.key}.cooloff"
            yield Limit("cooloff", name, opens_from(moment), telling([last], zones))


def _by_debt(history: History, request: Request, *, per_debt: bool) -> list[list[Event]]:
    """Give the events to count: for each debt asked about its own, and those about no known one."""
    if not per_debt or not request.debts:
        return [list(history)]
    return [
        [event for event in history if not event.debts or debt in event.debts]
        for debt in request.debts
    ]
