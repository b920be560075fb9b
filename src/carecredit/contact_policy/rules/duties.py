"""What a contact must respect when it is made: how to open, what not to say yet, when to end."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from carecredit.contact_policy.rules.case import Case
from carecredit.contact_policy.rules.closures import Closure, discouraged
from carecredit.contact_policy.rules.facts import Request
from carecredit.contact_policy.rules.telling import moment_told
from carecredit.contact_policy.rules.validity import begins_at
from carecredit.contact_policy.rules.verdict import Obligation
from carecredit.contact_policy.rules.words import OBLIGATIONS, margin_sentence, opening_sentence
from carecredit.kernel.calendars import local_date, zone

QUIET_MARGIN = timedelta(minutes=10)
"""A contact begins at least this long before its window ends, so as not to run past it."""

_SPOKEN = frozenset({"voice", "visit"})
_WITH_OPT_OUT_LINE = frozenset({"sms", "email", "messaging"})
_SEEN_BY_OTHERS = frozenset({"sms", "email", "messaging", "push", "letter"})


def duties(case: Case, hours: Iterable[Closure], at: datetime) -> tuple[Obligation, ...]:
    """List what a contact at an allowed instant must respect, the end of its hours first."""
    ends = [end for end in (closure.ends(at) for closure in hours) if end is not None]
    told = tuple(Obligation(code, OBLIGATIONS[code]) for code in dict.fromkeys(_codes(case, at)))
    if not ends:
        return told
    last = min(ends) - QUIET_MARGIN
    said = margin_sentence(moment_told(last, case.facts.zones))
    return (Obligation("quiet_margin", said, last), *told)


def opened_with(
    obligations: Iterable[Obligation], *, client: str, person: str
) -> tuple[Obligation, ...]:
    """Put the names in the opening line; where one is not known the general line stays."""
    if not (client.strip() and person.strip()):
        return tuple(obligations)
    line = opening_sentence(client.strip(), person.strip())
    return tuple(
        Obligation(it.code, line, it.until) if it.code == "opening_line" else it
        for it in obligations
    )


def _codes(case: Case, at: datetime) -> Iterator[str]:
    for profile in case.profiles:
        begins = begins_at(profile, case.facts.zones)
        if profile.speaks_to(case.request) and (begins is None or begins <= at):
            yield from profile.obligations
    yield from _of_channel(case.request)
    if case.facts.identity == "unverified" and _may_be_about_money(case.request):
        yield "identity_first"
    if _discouraged(case, at):
        yield "holiday_discouraged"


def _of_channel(request: Request) -> Iterator[str]:
    if request.channel in _SPOKEN:
        yield "opening_line"
    if request.channel in _SEEN_BY_OTHERS and _may_be_about_money(request):
        yield "neutral_outside"
    if request.channel in _WITH_OPT_OUT_LINE or "marketing" in request.purposes:
        yield "opt_out_line"


def _may_be_about_money(request: Request) -> bool:
    return request.purpose != "marketing"


def _discouraged(case: Case, at: datetime) -> bool:
    return any(
        discouraged(profile, case.facts, case.calendars, local_date(at, zone(key)))
        for profile in case.profiles
        if profile.speaks_to(case.request)
        for key in case.facts.zones
    )
