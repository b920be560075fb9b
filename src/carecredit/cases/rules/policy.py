"""How cases move, as data: read once from `policy.toml`, a fault refused with its place."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, ClassVar

import msgspec

from carecredit.cases.rules.kinds import CaseKind, CaseState, Party, Priority
from carecredit.kernel.errors import Invalid, Refused

OPENED = "opened"
MOVES = (
    "customer_wrote", "customer_thanked", "answered", "asked_customer", "asked_client",
    "client_answered", "resumed",
)  # fmt: skip
"""Events that tell no more than that they happened; the others have calls of their own."""
BY = {
    "customer_wrote": Party.CUSTOMER,
    "customer_thanked": Party.CUSTOMER,
    "client_answered": Party.CLIENT,
}
"""Who brings an event about, where only one may."""


class CasePolicyInvalid(Invalid):
    """A file of rules about cases does not say what it must."""

    code: ClassVar[str] = "case_policy_invalid"


class TransitionRefused(Refused):
    """The case does not move so from where it stands."""

    code: ClassVar[str] = "case_transition_refused"


class Transition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which states an event may come, where it leads (none: nowhere), who may bring it."""

    event: str
    who: tuple[Party, ...]
    states: tuple[CaseState, ...] = msgspec.field(name="from")
    to: CaseState | None = None


class PriorityRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The priority of cases of these kinds and topics (none named: of every one)."""

    priority: Priority = msgspec.field(name="is")
    kinds: tuple[CaseKind, ...] = ()
    topics: tuple[str, ...] = ()

    def fits(self, kind: CaseKind, topic: str | None) -> bool:
        """Say whether it is meant for such a case."""
        return (not self.kinds or kind in self.kinds) and (not self.topics or topic in self.topics)


class CasePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table."""

    version: str
    answers: tuple[str, ...]
    holding: tuple[CaseKind, ...]
    softening: tuple[CaseKind, ...]
    priorities: tuple[PriorityRule, ...]
    transitions: tuple[Transition, ...]

    @property
    def events(self) -> frozenset[str]:
        """Name every event there is."""
        return frozenset(one.event for one in self.transitions)

    def priority_of(self, kind: CaseKind, topic: str | None) -> Priority:
        """Give the priority of a new case: the first rule that fits."""
        return next(one.priority for one in self.priorities if one.fits(kind, topic))

    def allowed(self, state: CaseState | None, party: Party) -> list[str]:
        """List what a party may bring about from a state (none: a case not yet opened)."""
        return sorted(
            {
                one.event
                for one in self.transitions
                if _from(one, state) and party in one.who and one.event != "reckoned_anew"
            }
        )

    def moves_from(self, state: CaseState) -> list[str]:
        """List what an operator may write down of a case now, in the order of its life."""
        return [
            event
            for event in (*MOVES, "resolved", "reopened")
            if event in self.allowed(state, BY.get(event, Party.OPERATOR))
        ]

    def after(self, state: CaseState | None, event: str, party: Party) -> CaseState:
        """Give the state an event leads to; raises `TransitionRefused` with what is allowed."""
        for one in self.transitions:
            if one.event == event and party in one.who and _from(one, state):
                return one.to or state or CaseState.OPEN
        allowed = ", ".join(self.allowed(state, party)) or "nothing"
        raise TransitionRefused(
            f"a case that is {state or 'not yet opened'} takes no {event!r} from the {party}; "
            f"allowed now: {allowed}",
            field="event",
        )


def _from(transition: Transition, state: CaseState | None) -> bool:
    return state in transition.states if state else transition.event == OPENED


@cache
def case_policy() -> CasePolicy:
    """Read the packaged table."""
    text = resources.files("carecredit.cases").joinpath("policy.toml").read_text("utf-8")
    return parse_case_policy(tomllib.loads(text), source="policy.toml")


def parse_case_policy(data: Mapping[str, Any], *, source: str) -> CasePolicy:
    """Read a table; a fault raises `CasePolicyInvalid` naming the place."""
    try:
        policy = msgspec.convert(data, CasePolicy)
    except msgspec.ValidationError as error:
        raise CasePolicyInvalid(f"{source}: {error}", field="policy") from error
    last = policy.priorities[-1] if policy.priorities else None
    if last is None or last.kinds or last.topics:
        raise CasePolicyInvalid(
            f"{source}: the last of the priorities fits every case", field="priorities"
        )
    twice = _twice(policy)
    if twice:
        raise CasePolicyInvalid(f"{source}: two transitions for {twice}", field="transitions")
    return policy


def _twice(policy: CasePolicy) -> str | None:
    seen: set[tuple[str, CaseState, Party]] = set()
    for one in policy.transitions:
        for way in ((one.event, state, party) for state in one.states for party in one.who):
            if way in seen:
                return " ".join(way)
            seen.add(way)
    return None
