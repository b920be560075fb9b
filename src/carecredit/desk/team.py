"""The team from a desk: operators, squads and shifts, by the names and codes people know."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from carecredit.kernel.clock import Clock
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import OperatorId, ShiftId, SquadId
from carecredit.mandates import queries as mandates
from carecredit.store.session import Caller, Store
from carecredit.team import operations, queries, views
from carecredit.team.rules import Level, Needs, Profile, Spoken

Answer = TypeVar("Answer")
AHEAD = timedelta(days=7)


class Team:
    """The operators of the centre; each call is one transaction."""

    def __init__(self, store: Store, caller: Caller, now: Clock) -> None:
        self._store, self._caller, self._now = store, caller, now

    def add(self, name: str) -> OperatorId:
        """Write down somebody at our desk."""
        with self._store.begin(self._caller) as session:
            return operations.add_operator(session, name=name, now=self._now())

    def operators(self, *, at: datetime | None = None, **page: Any) -> list[Profile]:
        """List the operators as they are (or were); a page goes on `after` an id."""
        return self._read(queries.operators, at=at or self._now(), **page)

    def operator(self, name: str, *, at: datetime | None = None) -> Profile:
        """Show what an operator can do: languages, skills, companies, squad, shift."""
        with self._store.read(self._caller) as session:
            found = queries.operator_by_name(session, name=name)
            return queries.operator_profile(session, operator_id=found, at=at or self._now())

    def speaks(self, name: str, languages: Mapping[str, str]) -> None:
        """Write down all the languages of an operator with their levels: `{"it": "C2"}`."""
        said = [Spoken(language, _level(level)) for language, level in languages.items()]
        self._about(operations.say_languages, name, languages=said)

    def can(self, name: str, skills: Iterable[str]) -> None:
        """Write down all the skills of an operator."""
        self._about(operations.say_skills, name, skills=list(skills))

    def serves(self, name: str, clients: Iterable[str]) -> None:
        """Write down all the client companies of an operator, by code."""
        with self._store.begin(self._caller) as session:
            operations.serve_clients(
                session,
                operator_id=queries.operator_by_name(session, name=name),
                client_ids=[mandates.client_by_code(session, code=it).id for it in clients],
                now=self._now(),
            )

    def away(self, name: str, *, until: datetime | None = None) -> None:
        """Write down that an operator is away, until an instant or until they are back."""
        self._about(operations.say_away, name, until=until)

    def back(self, name: str) -> None:
        """Write down that an operator is back."""
        self._about(operations.say_active, name)

    def squads(self, *, at: datetime | None = None, **page: Any) -> list[views.Squad]:
        """List the squads with their members."""
        return self._read(queries.squads, at=at or self._now(), **page)

    def found_squad(self, name: str, *, captain: str) -> SquadId:
        """Found a squad with its captain."""
        with self._store.begin(self._caller) as session:
            found = queries.operator_by_name(session, name=captain)
            return operations.add_squad(session, name=name, captain_id=found, now=self._now())

    def join(self, squad: str, operator: str) -> None:
        """Let an operator join a squad."""
        self._in_squad(operations.join_squad, squad, operator)

    def leave(self, squad: str, operator: str) -> None:
        """Let an operator leave a squad."""
        self._in_squad(operations.leave_squad, squad, operator)

    def captain(self, squad: str, operator: str) -> None:
        """Name a member the captain of a squad."""
        self._in_squad(operations.name_captain, squad, operator)

    def plan_shift(self, name: str, starts_at: datetime, ends_at: datetime) -> ShiftId:
        """Plan when an operator is at work, half-open."""
        return self._about(operations.plan_shift, name, starts_at=starts_at, ends_at=ends_at)

    def cancel_shift(self, shift_id: ShiftId) -> None:
        """Cancel a shift from now on."""
        with self._store.begin(self._caller) as session:
            operations.cancel_shift(session, shift_id=shift_id, now=self._now())

    def shifts(
        self,
        *,
        starts_before: datetime | None = None,
        ends_after: datetime | None = None,
        operator: str | None = None,
    ) -> list[views.Shift]:
        """List the shifts that touch a span: unless told, the seven days from now."""
        start = ends_after or self._now()
        with self._store.read(self._caller) as session:
            found = None if operator is None else queries.operator_by_name(session, name=operator)
            return queries.shifts(
                session,
                starts_before=starts_before or start + AHEAD,
                ends_after=start,
                operator_id=found,
            )

    def who_may_take(
        self,
        *,
        client: str,
        language: str,
        level: str = "B1",
        skills: Iterable[str] = (),
        at: datetime | None = None,
    ) -> list[Profile]:
        """List who can take a matter, whoever has least to spare first."""
        with self._store.read(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            needs = Needs(found.id, language, _level(level), tuple(skills))
            return queries.who_may_take(session, needs=needs, at=at or self._now())

    def _about(self, act: Callable[..., Answer], name: str, **told: Any) -> Answer:
        with self._store.begin(self._caller) as session:
            found = queries.operator_by_name(session, name=name)
            return act(session, operator_id=found, now=self._now(), **told)

    def _in_squad(self, act: Callable[..., None], squad: str, operator: str) -> None:
        with self._store.begin(self._caller) as session:
            act(
                session,
                squad_id=queries.squad_by_name(session, name=squad),
                operator_id=queries.operator_by_name(session, name=operator),
                now=self._now(),
            )

    def _read(self, ask: Callable[..., Answer], **told: Any) -> Answer:
        with self._store.read(self._caller) as session:
            return ask(session, **told)


def _level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError as error:
        known = ", ".join(Level)
        raise Invalid(f"{text!r} is no level; write one of {known}", field="level") from error
