"""The decision itself: what blocks now, the first instant at which nothing does, and why.

Pure: the same request, facts, history, profiles and calendars give the same verdict at the same
instant, and its hash says by which inputs it was reached.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from carecredit.contact_policy.rules.closures import Closure, closures, discouraged
from carecredit.contact_policy.rules.counting import Limit, limits
from carecredit.contact_policy.rules.events import Event
from carecredit.contact_policy.rules.facts import Facts, Request
from carecredit.contact_policy.rules.hours import current_end, first_common
from carecredit.contact_policy.rules.places import check_zones
from carecredit.contact_policy.rules.profile import Profile
from carecredit.contact_policy.rules.public_days import Calendars, CalendarUnknown
from carecredit.contact_policy.rules.stops import stop_limits
from carecredit.contact_policy.rules.verdict import Obligation, Reason, Sentence, Verdict, Versions
from carecredit.contact_policy.rules.words import OBLIGATIONS, reason_sentence
from carecredit.kernel.calendars import IANA_VERSION, local_date, zone
from carecredit.kernel.phones import LIBRARY_VERSION

QUIET_MARGIN = timedelta(minutes=10)
"""A contact begins at least this long before its window ends, so as not to run past it."""

_WITH_OPT_OUT_LINE = frozenset({"sms", "email", "messaging"})


class _Case(msgspec.Struct, frozen=True):
    """The inputs of one decision, together."""

    request: Request
    facts: Facts
    history: tuple[Event, ...]
    profiles: tuple[Profile, ...]
    calendars: Calendars
    now: datetime


def decide(
    request: Request,
    *,
    facts: Facts,
    history: Sequence[Event],
    profiles: Sequence[Profile],
    calendars: Calendars,
    now: datetime,
) -> Verdict:
    """Say whether a contact may be made now, else the first instant at which nothing blocks.

    Applies exactly the given profiles, all together: windows intersect, holidays unite, every cap
    counts, the latest not-before wins. What is not known (place, rule, calendar) refuses.
    """
    instant = now.astimezone(UTC)
    day = _day(facts, instant)
    in_force = tuple(profile for profile in profiles if _begun(profile, day))
    case = _Case(request, facts, tuple(history), in_force, calendars, instant)
    unknown = tuple(_unknown(case, day))
    if unknown:
        return _verdict(case, None, (*unknown, *_stopped(case)))
    try:
        return _weigh(case)
    except CalendarUnknown as error:
        reason = _reason(case, "profile_unknown", "holidays", None, (error.message,))
        return _verdict(case, None, (reason, *_stopped(case)))


def explain(verdict: Verdict, *, language: str) -> str:
    """Tell a verdict to a person, reason by reason, in Italian (`it`) or English."""
    told: list[Sentence] = [reason.sentence for reason in verdict.reasons]
    told = told or [obligation.sentence for obligation in verdict.obligations]
    words = [sentence.it if language == "it" else sentence.en for sentence in told]
    return " ".join(dict.fromkeys(words))


def deferred_by_cap(verdict: Verdict, rule_id: str, later: Verdict) -> Verdict:
    """Turn a verdict into the refusal of a full counter, until what a later verdict allows."""
    cap = rule_id.partition(":")[0].rpartition(".")[2]
    moment = later.not_before
    sentence = reason_sentence(f"cap:{cap}", rule_id, None, None)
    reason = Reason(f"cap:{cap}", rule_id.partition(":")[0], moment, sentence)
    return msgspec.structs.replace(
        verdict,
        decision="never" if moment is None else "defer",
        not_before=moment,
        reasons=(reason,),
        obligations=(),
    )


def _day(facts: Facts, now: datetime) -> date:
    known = facts.zones and check_zones(facts.zones)
    return local_date(now, zone(facts.zones[0])) if known else now.date()


def _begun(profile: Profile, day: date) -> bool:
    return profile.valid_from is None or profile.valid_from <= day


def _unknown(case: _Case, day: date) -> Iterable[Reason]:
    """List what is not known and therefore refuses: the hour, a purpose's rules, an expired one."""
    if not case.facts.zones or not check_zones(case.facts.zones):
        yield _reason(case, "zone_unknown", "zones", None, case.facts.notes)
    for purpose in sorted(case.request.purposes):
        asked = Request(case.request.channel, purpose)
        if not any(profile.speaks_to(asked) for profile in case.profiles):
            yield _reason(case, "profile_unknown", f"{purpose}/{case.request.channel}", None)
    for profile in case.profiles:
        if profile.valid_to is not None and profile.valid_to < day:
            yield _reason(case, "profile_unknown", profile.key, None)
    for key in case.facts.missing_profiles:
        yield _reason(case, "profile_unknown", key, None)


def _weigh(case: _Case) -> Verdict:
    hours = tuple(closures(case.profiles, case.request, case.facts, case.calendars))
    counted = tuple(limits(case.profiles, case.request, case.history, case.facts))
    stops = tuple(stop_limits(case.facts.stops, case.request))
    rules: tuple[Closure | Limit, ...] = (*stops, *counted, *hours)
    found = first_common([rule.opens for rule in rules], case.now)
    if found == case.now:
        return _verdict(case, found, (), _obligations(case, hours))
    if found is None and _never_meet(hours, case.now):
        return _verdict(case, None, (_reason(case, "no_common_window", "windows", None),))
    reasons = _blocking(case, rules)
    if not any(reason.code == "holiday" for reason in reasons):
        reasons = (*reasons, *_moved_by_holiday(case, rules, found))
    return _verdict(case, found, reasons)


def _never_meet(hours: tuple[Closure, ...], now: datetime) -> bool:
    if any(closure.never for closure in hours):
        return False
    return first_common([closure.opens for closure in hours], now) is None


def _blocking(case: _Case, rules: Iterable[Closure | Limit]) -> tuple[Reason, ...]:
    """List what blocks now, each rule once, with the latest instant at which it ends by itself."""
    ends: dict[tuple[str, str], datetime | None] = {}
    for rule in rules:
        moment = rule.opens(case.now)
        if moment == case.now:
            continue
        name = (rule.code, rule.rule_id)
        known = ends.get(name, case.now)
        ends[name] = None if known is None or moment is None else max(known, moment)
    return tuple(_reason(case, code, rule_id, end) for (code, rule_id), end in ends.items())


def _moved_by_holiday(
    case: _Case, rules: Iterable[Closure | Limit], found: datetime | None
) -> Iterable[Reason]:
    """Name the holiday that moves the next instant, though it does not block now."""
    holidays = [rule for rule in rules if isinstance(rule, Closure) and rule.by_holiday]
    others = [rule.opens for rule in rules if rule not in holidays]
    without = first_common(others, case.now) if holidays else found
    if without is None or without == found:
        return
    for rule in holidays:
        moment = rule.opens(without)
        if moment != without:
            yield _reason(case, "holiday", rule.rule_id, moment)
            return


def _stopped(case: _Case) -> tuple[Reason, ...]:
    return _blocking(case, stop_limits(case.facts.stops, case.request))


def _obligations(case: _Case, hours: Iterable[Closure]) -> tuple[Obligation, ...]:
    duties = dict.fromkeys(
        code
        for profile in case.profiles
        if profile.speaks_to(case.request)
        for code in profile.obligations
    )
    if case.facts.identity == "unverified" and case.request.purpose != "marketing":
        duties["identity_first"] = None
    if case.request.channel in _WITH_OPT_OUT_LINE:
        duties["opt_out_line"] = None
    if _discouraged(case):
        duties["holiday_discouraged"] = None
    told = tuple(Obligation(code, OBLIGATIONS[code]) for code in duties)
    ends = [
        current_end(closure.week, closure.zone, case.now)
        for closure in hours
        if closure.week is not None
    ]
    last = min((end for end in ends if end is not None), default=None)
    if last is None:
        return told
    margin = Obligation("quiet_margin", OBLIGATIONS["quiet_margin"], last - QUIET_MARGIN)
    return (margin, *told)


def _discouraged(case: _Case) -> bool:
    return any(
        discouraged(profile, case.facts, case.calendars, local_date(case.now, zone(key)))
        for profile in case.profiles
        if profile.speaks_to(case.request)
        for key in case.facts.zones
    )


def _reason(
    case: _Case,
    code: str,
    rule_id: str,
    not_before: datetime | None,
    evidence: tuple[str, ...] = (),
) -> Reason:
    at = zone(case.facts.zones[0]) if case.facts.zones and check_zones(case.facts.zones) else None
    sentence = reason_sentence(code, rule_id, not_before, at)
    return Reason(code, rule_id, not_before, sentence, evidence or _evidence(case, rule_id))


def _evidence(case: _Case, rule_id: str) -> tuple[str, ...]:
    """Give where a rule is written, how well we know it, and on what ground the place is taken."""
    key = rule_id.partition(".")[0]
    sources = (
        f"{source.title} [{source.evidence}]"
        for profile in case.profiles
        if profile.key == key
        for source in profile.sources
    )
    return (*sources, *case.facts.notes)


def _verdict(
    case: _Case,
    not_before: datetime | None,
    reasons: tuple[Reason, ...],
    obligations: tuple[Obligation, ...] = (),
) -> Verdict:
    versions = Versions(
        rules={profile.key: profile.version for profile in case.profiles},
        tzdata=IANA_VERSION,
        holidays=case.calendars.version,
        phonenumbers=LIBRARY_VERSION,
    )
    return Verdict(
        decision="never" if not_before is None else "defer" if reasons else "allow",
        at=case.now,
        not_before=not_before,
        reasons=reasons,
        obligations=obligations,
        versions=versions,
        inputs_hash=_hash(case, versions),
    )


def _hash(case: _Case, versions: Versions) -> str:
    digests = [profile.digest for profile in case.profiles]
    told = (case.request, case.facts, case.history, digests, versions, case.now)
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()
