"""What a case's events come to: its states, and the rounds in which somebody waits for us."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from carecredit.cases.rules.kinds import CaseState, DeadlineKind, Outcome, Party
from carecredit.cases.rules.policy import OPENED, CasePolicy

ANSWERING = (DeadlineKind.FIRST_ANSWER, DeadlineKind.NEXT_ANSWER)
_PEOPLE = frozenset({Party.OPERATOR, Party.CLIENT})


class Happened(msgspec.Struct, frozen=True):
    """An event as the replay sees it."""

    code: str
    at: datetime
    party: Party
    data: Mapping[str, Any] = {}


class Round(msgspec.Struct, frozen=True):
    """Once that a deadline's clock was started, until it was met or nobody waited any more."""

    kind: DeadlineKind
    number: int
    started_at: datetime
    priority: str
    outcome: Outcome = Outcome.RUNNING
    ended_at: datetime | None = None


class History(msgspec.Struct, frozen=True):
    """The states with their beginnings, and every round in the order of its start."""

    states: tuple[tuple[datetime, CaseState], ...]
    rounds: tuple[Round, ...]

    @property
    def state(self) -> CaseState:
        """Give the state as it stands."""
        return self.states[-1][1]

    @property
    def waits(self) -> bool:
        """Say whether the customer waits for an answer of ours."""
        return any(it.kind in ANSWERING and it.outcome is Outcome.RUNNING for it in self.rounds)


class _Replay:
    """Walks through the events once."""

    def __init__(self, policy: CasePolicy) -> None:
        self.policy = policy
        self.states: list[tuple[datetime, CaseState]] = []
        self.rounds: list[Round] = []
        self.priority = ""
        self.answered = False

    def take(self, event: Happened) -> None:
        before = self.states[-1][1] if self.states else None
        after = self.policy.after(before, event.code, event.party)
        self.priority = event.data.get("priority", self.priority)
        if after is not before:
            self.states.append((event.at, after))
        self._begin(event, again=before is CaseState.RESOLVED and after is CaseState.REOPENED)
        if is_answer(event, self.policy):
            self.answered = True
            self._end(ANSWERING, Outcome.MET, event.at)
        if after is CaseState.RESOLVED and before is not after:
            self._end(ANSWERING, Outcome.DROPPED, event.at)
            self._end((DeadlineKind.RESOLUTION,), Outcome.MET, event.at)

    def _begin(self, event: Happened, *, again: bool) -> None:
        """Start what an event starts: the clock of a case opened again starts anew."""
        if event.code == OPENED or again:
            self._start(DeadlineKind.RESOLUTION, event.at)
        came = event.code == OPENED and event.party is Party.CUSTOMER
        waited = again and any(one.kind in ANSWERING for one in self.rounds) and not self.answered
        if came or waited or event.code == "customer_wrote":
            self._wait(event.at)

    def _wait(self, at: datetime) -> None:
        """The customer waits for us; who waits already is not put off by writing again."""
        waits = any(one.kind in ANSWERING and one.outcome is Outcome.RUNNING for one in self.rounds)
        if not waits:
            self._start(
                DeadlineKind.NEXT_ANSWER if self.answered else DeadlineKind.FIRST_ANSWER, at
            )

    def _start(self, kind: DeadlineKind, at: datetime) -> None:
        number = 1 + sum(one.kind is kind for one in self.rounds)
        self.rounds.append(Round(kind, number, at, self.priority))

    def _end(self, kinds: Sequence[DeadlineKind], outcome: Outcome, at: datetime) -> None:
        for place, one in enumerate(self.rounds):
            if one.kind in kinds and one.outcome is Outcome.RUNNING:
                ended = {"outcome": outcome, "ended_at": at, "priority": self.priority}
                self.rounds[place] = msgspec.structs.replace(one, **ended)

    def finish(self) -> History:
        """Give what it came to; what still runs does so by the priority of now."""
        rounds = (
            msgspec.structs.replace(one, priority=self.priority)
            if one.outcome is Outcome.RUNNING
            else one
            for one in self.rounds
        )
        return History(tuple(self.states), tuple(rounds))


def replay(events: Sequence[Happened], policy: CasePolicy) -> History:
    """Work the states and the rounds out from the events, in their order."""
    walk = _Replay(policy)
    for event in events:
        walk.take(event)
    return walk.finish()


def is_answer(event: Happened, policy: CasePolicy) -> bool:
    """Say whether an event answers the customer: what a machine sends by itself does not."""
    by_hand = event.party in _PEOPLE and not event.data.get("automatic", False)
    return by_hand and event.code in policy.answers
