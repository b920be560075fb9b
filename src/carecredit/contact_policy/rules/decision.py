"""The decision itself: what blocks now, the first instant at which nothing does, and why.

Pure: the same request, facts, history, profiles and calendars give the same verdict at the same
instant, and its hash says by which inputs it was reached.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from carecredit.contact_policy.rules.bounds import check_moment
from carecredit.contact_policy.rules.case import Case, case_of, hash_of, read_case
from carecredit.contact_policy.rules.closures import Closure, closures
from carecredit.contact_policy.rules.counting import limits
from carecredit.contact_policy.rules.duties import duties
from carecredit.contact_policy.rules.events import Event
from carecredit.contact_policy.rules.facts import Facts, Request
from carecredit.contact_policy.rules.hours import first_common
from carecredit.contact_policy.rules.limit import Limit
from carecredit.contact_policy.rules.places import check_zones
from carecredit.contact_policy.rules.profile import Profile
from carecredit.contact_policy.rules.stops import stop_limits
from carecredit.contact_policy.rules.validity import consent_limits, validity_limits
from carecredit.contact_policy.rules.verdict import Obligation, Reason, Sentence, Verdict
from carecredit.contact_policy.rules.words import (
    DAYS_UNKNOWN,
    OBLIGATIONS,
    reason_sentence,
    superseded_sentence,
)
from carecredit.kernel.calendars import zone
from carecredit.kernel.public_days import Calendars, CalendarUnknown


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
    check_moment(now, field="now")
    case = case_of(request, facts, history, profiles, calendars, now.astimezone(UTC))
    unknown = tuple(_unknown(case))
    if unknown:
        return _verdict(case, None, (*unknown, *_stopped(case)), _tasks(unknown))
    try:
        return _weigh(case)
    except CalendarUnknown as error:
        told = (error.message, *case.facts.notes)
        reason = Reason("profile_unknown", "holidays", None, DAYS_UNKNOWN, told)
        return _verdict(case, None, (reason, *_stopped(case)))


def replay(text: str, *, profiles: Mapping[str, Profile], calendars: Calendars) -> Verdict:
    """Take a decision once more from its written inputs; other data show in versions and hash."""
    case = read_case(text, profiles=profiles, calendars=calendars)
    return decide(
        case.request,
        facts=case.facts,
        history=case.history,
        profiles=case.profiles,
        calendars=case.calendars,
        now=case.now,
    )


def explain(verdict: Verdict, *, language: str) -> str:
    """Tell a verdict to a person, reason by reason, in Italian (`it`) or English."""
    told: list[Sentence] = [reason.sentence for reason in verdict.reasons]
    told = told or [obligation.sentence for obligation in verdict.obligations]
    words = [sentence.it if language == "it" else sentence.en for sentence in told]
    return " ".join(dict.fromkeys(words))


def with_proofs(verdict: Verdict, proofs: Sequence[tuple[str, str]]) -> Verdict:
    """Set proofs in free words, by the rule they belong to, before the evidence of its reason."""
    if not proofs or not verdict.reasons:
        return verdict
    reasons = tuple(
        msgspec.structs.replace(
            reason,
            evidence=(
                *(text for rule_id, text in proofs if rule_id == reason.rule_id),
                *reason.evidence,
            ),
        )
        for reason in verdict.reasons
    )
    return msgspec.structs.replace(verdict, reasons=reasons)


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
        obligations=later.obligations,
    )


def _unknown(case: Case) -> Iterable[Reason]:
    """List what is not known and therefore refuses: the hour, a purpose's rules, an expired one."""
    if not case.facts.zones or not check_zones(case.facts.zones):
        yield _reason(case, "zone_unknown", "zones", None, case.facts.notes)
    operator = case.facts.operator
    if operator is not None and not check_zones((operator.zone,)):
        yield _reason(case, "zone_unknown", "operator.zone", None)
    for purpose in sorted(case.request.purposes):
        asked = Request(case.request.channel, purpose)
        if not any(profile.speaks_to(asked) for profile in case.profiles):
            yield _reason(case, "profile_unknown", f"{purpose}/{case.request.channel}", None)
    for key in case.facts.missing_profiles:
        yield _reason(case, "profile_unknown", key, None)
    for old in case.facts.superseded:
        told = superseded_sentence(old.profile_key, old.approved, old.present)
        yield Reason("profile_unknown", old.profile_key, None, told, case.facts.notes)


def _tasks(unknown: Iterable[Reason]) -> tuple[Obligation, ...]:
    """Ask for what would let the question be answered: the place of the person."""
    missing = any(reason.rule_id == "zones" for reason in unknown)
    return (Obligation("find_place", OBLIGATIONS["find_place"]),) if missing else ()


def _weigh(case: Case) -> Verdict:
    facts, request = case.facts, case.request
    hours = tuple(closures(case.profiles, request, facts, case.calendars))
    rules: tuple[Closure | Limit, ...] = (
        *stop_limits(facts.stops, request),
        *consent_limits(case.profiles, request, facts),
        *validity_limits(case.profiles, request, facts.zones),
        *limits(case.profiles, request, case.history, facts),
        *hours,
    )
    found = first_common([rule.opens for rule in rules], case.now)
    told = () if found is None else duties(case, hours, found)
    if found == case.now:
        return _verdict(case, found, (), told)
    if found is None and _never_meet(hours, case.now):
        return _verdict(case, None, (_reason(case, "no_common_window", "windows", None),))
    reasons = _blocking(case, rules)
    if not any(reason.code == "holiday" for reason in reasons):
        reasons += _moved_by_holiday(case, rules, found)
    return _verdict(case, found, reasons, told)


def _never_meet(hours: tuple[Closure, ...], now: datetime) -> bool:
    if any(closure.never for closure in hours):
        return False
    return first_common([closure.opens for closure in hours], now) is None


def _blocking(case: Case, rules: Iterable[Closure | Limit]) -> tuple[Reason, ...]:
    """List what blocks now, each rule once, with the latest instant at which it ends by itself."""
    ends: dict[tuple[str, str], datetime | None] = {}
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    for rule in rules:
        moment = rule.opens(case.now)
        if moment == case.now:
            continue
        name = (rule.code, rule.rule_id)
        known = ends.get(name, case.now)
        ends[name] = None if known is None or moment is None else max(known, moment)
        if isinstance(rule, Limit):
            told[name] = tuple(dict.fromkeys((*told.get(name, ()), *rule.tells(case.now))))
    return tuple(
        _reason(case, *name, end, (*told.get(name, ()), *_evidence(case, name[1])))
        for name, end in ends.items()
    )


def _moved_by_holiday(
    case: Case, rules: Iterable[Closure | Limit], found: datetime | None
) -> tuple[Reason, ...]:
    """Name the holiday that moves the next instant, though it does not block now."""
    holidays = [rule for rule in rules if isinstance(rule, Closure) and rule.by_holiday]
    others = [rule.opens for rule in rules if rule not in holidays]
    without = first_common(others, case.now) if holidays else found
    if without is None or without == found:
        return ()
    # Nothing else blocks at that instant, so that one of the holidays does.
    first = next(rule for rule in holidays if rule.opens(without) != without)
    return (_reason(case, "holiday", first.rule_id, first.opens(without)),)


def _stopped(case: Case) -> tuple[Reason, ...]:
    return _blocking(case, stop_limits(case.facts.stops, case.request))


def _reason(
    case: Case,
    code: str,
    rule_id: str,
    not_before: datetime | None,
    evidence: tuple[str, ...] = (),
) -> Reason:
    at = zone(case.facts.zones[0]) if case.facts.zones and check_zones(case.facts.zones) else None
    sentence = reason_sentence(code, rule_id, not_before, at)
    return Reason(code, rule_id, not_before, sentence, evidence or _evidence(case, rule_id))


def _evidence(case: Case, rule_id: str) -> tuple[str, ...]:
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
    case: Case,
    not_before: datetime | None,
    reasons: tuple[Reason, ...],
    obligations: tuple[Obligation, ...] = (),
) -> Verdict:
    return Verdict(
        decision="never" if not_before is None else "defer" if reasons else "allow",
        at=case.now,
        not_before=not_before,
        reasons=reasons,
        obligations=obligations,
        versions=case.versions,
        inputs_hash=hash_of(case),
    )
