"""Running worked cases against the profiles: what was wanted, what came, by which rule.

By the conventions of a case file: exactly the profiles it names, voice unless it says otherwise, a
purpose to which they speak, no margin, the desk's hours only where given.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, get_type_hints

import msgspec

from carecredit.contact_policy.rules import notices
from carecredit.contact_policy.rules.casefile import CaseFile, CaseText, OperatorText, WorkText
from carecredit.contact_policy.rules.decision import decide
from carecredit.contact_policy.rules.events import Event
from carecredit.contact_policy.rules.facts import Facts, OperatorHours, Request, Stop
from carecredit.contact_policy.rules.library import load_profiles
from carecredit.contact_policy.rules.profile import Profile
from carecredit.contact_policy.rules.verdict import Verdict
from carecredit.kernel import phones
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import major
from carecredit.kernel.public_days import PublicDays
from carecredit.receivables.rules import LateClaim, Line, fixed_compensation, late_interest

_PURPOSES = ("debt_collection", "service", "marketing")
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            notices.it_electricity_request,
            notices.it_gas_request,
            notices.it_payment_deadline,
            notices.it_water_notice,
            notices.it_water_action,
            notices.ca_on_first_call,
            notices.ca_qc_first_call,
            notices.gr_first_call,
            late_interest,
            fixed_compensation,
        )
    }
)
"""The reckonings that a case, the command line and the API may ask for by name."""


class FunctionUnknown(Invalid):
    """No reckoning has this name."""

    code = "function_unknown"


class Difference(msgspec.Struct, frozen=True):
    """One thing that did not come as a case wanted it, and the rule by which it came."""

    case: str
    title: str
    what: str
    wanted: str
    came: str
    rules: tuple[str, ...]


class Checked(msgspec.Struct, frozen=True):
    """What came of running a file of cases; `brought` profiles are the file's own.

    Those of them that stand in for installed ones of the same name are `replaced`.
    """

    cases: int
    differences: tuple[Difference, ...]
    brought: tuple[str, ...]
    replaced: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Say whether every case came as wanted."""
        return not self.differences


def check_cases(told: CaseFile) -> Checked:
    """Run every case of a file against the installed profiles and those that it brings."""
    profiles = dict(load_profiles()) | told.profiles
    found: list[Difference] = []
    for case in told.cases:
        found += _case(case, profiles)
    for work in told.works:
        found += _work(work)
    count = len(told.cases) + len(told.works)
    brought = tuple(sorted(told.profiles))
    replaced = tuple(key for key in brought if key in load_profiles())
    return Checked(count, tuple(found), brought, replaced)


def reckon(name: str, inputs: Mapping[str, Any], *, strict: bool = True) -> Any:
    """Call a reckoning by its name; inputs that it does not know, or lacks, are refused."""
    function = FUNCTIONS.get(name)
    if function is None:
        known = ", ".join(FUNCTIONS)
        raise FunctionUnknown(f"{name!r} is none of {known}", field="function")
    try:
        taken = msgspec.convert(dict(inputs), inputs_of(name), strict=strict)
    except msgspec.ValidationError as error:
        raise Invalid(f"{name}: {error}", field="inputs") from error
    given = msgspec.structs.asdict(taken)
    for key, value in given.items():
        if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
            raise Invalid(f"{name}: a day from {FIRST_DAY} to {LAST_DAY} is expected", field=key)
    return function(**given)


@cache
def inputs_of(name: str) -> type[msgspec.Struct]:
    """Say what a reckoning takes: its own parameters are the schema of its inputs."""
    function = FUNCTIONS[name]
    types = get_type_hints(function)
    fields: list[Any] = [
        (key, types[key], *([] if given.default is given.empty else [given.default]))
        for key, given in inspect.signature(function).parameters.items()
    ]
    return msgspec.defstruct(name, fields, frozen=True, forbid_unknown_fields=True, kw_only=True)


def words_of(answer: Any) -> dict[str, str]:
    """Give what a reckoning found as plain words, by the keys that a case may ask for."""
    if isinstance(answer, LateClaim):
        return {
            "interest": major(answer.interest_minor, answer.currency),
            "fixed": major(answer.fixed_minor, answer.currency),
            "currency": answer.currency,
        }
    told = msgspec.structs.asdict(answer)
    return {key: _word(value) for key, value in told.items() if key != "why"}


def told_of(answer: Any) -> dict[str, Any]:
    """Give a reckoning as data: its answers as words, and how it was reached (`why`)."""
    if isinstance(answer, LateClaim):
        why = [_segment(line, answer.currency) for line in answer.lines] + _claimed(answer)
    else:
        why = [{"it": sentence.it, "en": sentence.en} for sentence in answer.why]
    return {**words_of(answer), "why": why}


def _claimed(answer: LateClaim) -> list[dict[str, str]]:
    """Tell where a claim's rule is written, or why it comes to nothing."""
    if answer.source is None:
        return [
            {
                "it": "Ai consumatori non si chiedono interessi né somme fisse di questo genere: "
                "valgono solo tra imprese e con la pubblica amministrazione.",
                "en": "Nothing of this kind is asked of consumers: it holds between businesses "
                "and with public bodies alone.",
            }
        ]
    if not answer.fixed_minor:
        return [
            {
                "it": f"Pagato entro la scadenza: niente è in ritardo. Regola: {answer.source}.",
                "en": f"Paid by the due date: nothing is late. Rule: {answer.source}.",
            }
        ]
    fixed = f"{major(answer.fixed_minor, answer.currency)} {answer.currency}"
    return [
        {
            "it": f"Somme fisse, una per fattura: {fixed}. Regola: {answer.source}.",
            "en": f"Fixed sums, one for each invoice: {fixed}. Rule: {answer.source}.",
        }
    ]


def _segment(line: Line, currency: str) -> dict[str, str]:
    """Tell the days of one rate on one principal, with where the rate stands."""
    principal = f"{major(line.principal_minor, currency)} {currency}"
    percent = f"{float(line.percent):.2f}"
    source = f"{line.rate.source} ({line.rate.confidence})"
    days = f"{line.from_on:%d/%m/%Y}-{line.through_on:%d/%m/%Y}"
    return {
        "it": f"{days}: {line.days} giorni su {principal} al {percent} %. Tasso: {source}.",
        "en": (
            f"{line.from_on} to {line.through_on}: {line.days} days on {principal} at "
            f"{percent} %. Rate: {source}."
        ),
    }


def _case(case: CaseText, profiles: Mapping[str, Profile]) -> Iterator[Difference]:
    try:
        verdict = verdict_of(case, profiles)
    except Invalid as error:
        yield Difference(case.id, case.title, "case", "an answer", error.message, (error.code,))
        return
    rules = tuple(f"{reason.code} by {reason.rule_id}" for reason in verdict.reasons)
    codes = [reason.code for reason in verdict.reasons]
    came = "allow" if verdict.allowed else "deny"
    next_at = "never" if verdict.not_before is None else _word(verdict.not_before)
    for what, wanted, got in (
        ("decision", case.expect.decision, came),
        ("next", _word(case.expect.next), next_at),
    ):
        if wanted != got:
            yield Difference(case.id, case.title, what, wanted, got, rules)
    for code in case.expect.reasons:
        if code not in codes:
            yield Difference(case.id, case.title, "reasons", code, _listed(codes), rules)


def verdict_of(case: CaseText, profiles: Mapping[str, Profile]) -> Verdict:
    """Decide a case on exactly what it gives."""
    given = [profiles[key] for key in case.profiles if key in profiles]
    country = case.country or _country(case.number)
    facts = Facts(
        zones=case.zones,
        countries=(country,) if country else (),
        subdivision=case.subdivision,
        stops=(Stop("moratorium", ends_at=case.not_before),) if case.not_before else (),
        operator=_operator(case.operator) if case.operator else None,
        missing_profiles=tuple(key for key in case.profiles if key not in profiles),
    )
    history = [
        Event(
            event.kind,
            event.at.astimezone(UTC),
            event.channel or case.channel,
            event.direction,
            _debts(event.debt, event.debts),
        )
        for event in case.history
    ]
    return decide(
        _request(case, given),
        facts=facts,
        history=history,
        profiles=given,
        calendars=PublicDays(),
        now=case.now,
    )


def _request(case: CaseText, profiles: Iterable[Profile]) -> Request:
    """Ask with a purpose to which every profile speaks; where none is shared, it also promotes."""
    spoken = [profile.purposes for profile in profiles]
    shared = frozenset.intersection(*spoken) if spoken else frozenset[str]()
    every = frozenset[str]().union(*spoken)
    known = [key for key in (*_PURPOSES, *sorted(every)) if key in (shared or every)]
    purpose = case.purpose or (known[0] if known else _PURPOSES[0])
    promotes = case.purpose is None and not shared and "marketing" in every
    return Request(
        channel=case.channel,
        purpose=purpose,
        debts=_debts(case.debt, case.debts),
        requested=case.requested,
        promotion=promotes,
    )


def _country(number: str | None) -> str | None:
    """Give the country of a number; Rome's, which the Vatican shares, is Italy's."""
    try:
        region = phones.normalise(number, None).region if number else None
    except Invalid:
        return None
    return "IT" if region == "VA" else region


def _operator(told: OperatorText) -> OperatorHours:
    return OperatorHours(told.zone, ((told.span(),),) * 7, told.calendar, told.subdivision)


def _debts(debt: str | None, debts: tuple[str, ...]) -> tuple[str, ...]:
    return (*debts, debt) if debt is not None else debts


def _work(work: WorkText) -> Iterator[Difference]:
    try:
        came = words_of(reckon(work.function, work.inputs))
    except Invalid as error:
        said = f"refused: {error.message}"
        wanted = ", ".join(f"{key} {_word(value)}" for key, value in work.expect.items())
        yield Difference(work.id, work.title, "answer", wanted, said, (work.function,))
        return
    for key, value in work.expect.items():
        got = came.get(key, "(no such answer)")
        if _word(value) != got:
            yield Difference(work.id, work.title, key, _word(value), got, (work.function,))


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes) or "no reason"
