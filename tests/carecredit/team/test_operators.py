"""What operators can do and when, as of any instant; nothing is kept of what they did."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import worlds
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import OperatorId, ShiftId, SquadId, new_id
from carecredit.mandates.queries import UnknownClient
from carecredit.store.base import Base
from carecredit.store.session import Caller, Store
from carecredit.team import operations, queries
from carecredit.team.rules import Level, Needs, Profile, Role, Spoken
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IT, EN = Spoken("it", Level.C2), Spoken("en", Level.B1)


class Room:
    """A centre with two client companies and whoever sits in it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.ours, self.theirs = (worlds.found_client(store, code) for code in ("ACQ", "NRD"))
        self.anna = self.do(operations.add_operator, name="Anna")

    def do(self, act: Callable[..., Any], *, as_: Caller = CENTRE_CALLER, **told: Any) -> Any:
        with self.store.begin(as_) as session:
            return act(session, **{"now": NOW} | told)

    def ask(self, read: Callable[..., Any], *, as_: Caller = CENTRE_CALLER, **told: Any) -> Any:
        with self.store.read(as_) as session:
            return read(session, **told)

    def profile(self, at: Any = NOW, who: OperatorId | None = None, **told: Any) -> Profile:
        found: Profile = self.ask(
            queries.operator_profile, operator_id=who or self.anna, at=at, **told
        )
        return found

    def say(self, act: Callable[..., Any], **told: Any) -> None:
        self.do(act, **{"operator_id": self.anna} | told)

    def ready(self, name: str, *languages: Spoken, skills: tuple[str, ...] = ()) -> OperatorId:
        """Bring in somebody who serves our company and is at work."""
        who: OperatorId = self.do(operations.add_operator, name=name)
        self.say(operations.say_languages, operator_id=who, languages=languages)
        self.say(operations.say_skills, operator_id=who, skills=skills)
        self.say(operations.serve_clients, operator_id=who, client_ids=[self.ours])
        self.do(operations.plan_shift, operator_id=who, starts_at=NOW, ends_at=NOW + 8 * HOUR)
        return who


@pytest.fixture
def room(store: Store) -> Room:
    return Room(store)


class TestAnOperator:
    def test_is_shown_as_they_were_at_the_instant(self, room: Room) -> None:
        room.say(operations.say_languages, languages=[IT, EN])
        room.say(operations.say_skills, skills=["water"])
        better = Spoken("en", Level.B2)
        room.say(operations.say_languages, languages=[IT, better], now=NOW + DAY)
        room.say(operations.say_skills, skills=["plans"], now=NOW + DAY)

        assert room.profile(NOW - HOUR).languages == ()
        assert room.profile(NOW).languages == (EN, IT)
        assert room.profile(NOW + DAY - HOUR).skills == ("water",)
        assert room.profile(NOW + DAY).languages == (better, IT)
        assert room.profile(NOW + DAY).skills == ("plans",)

    def test_says_the_same_twice_at_one_instant_as_if_once(self, room: Room) -> None:
        for languages in ([IT], [EN], [IT], [IT]):
            room.say(operations.say_languages, languages=languages)

        assert room.profile().languages == (IT,)

    def test_serves_the_companies_that_were_said(self, room: Room) -> None:
        room.say(operations.serve_clients, client_ids=[room.ours, room.theirs])
        room.say(operations.serve_clients, client_ids=[room.ours], now=NOW + DAY)

        assert room.profile().clients == tuple(sorted([room.ours, room.theirs]))
        assert room.profile(NOW + DAY).clients == (room.ours,)
        with pytest.raises(UnknownClient):
            room.say(operations.serve_clients, client_ids=[new_id()])

    def test_is_away_until_an_instant_or_until_they_are_back(self, room: Room) -> None:
        room.say(operations.say_away, until=NOW + HOUR)
        assert (room.profile().away, room.profile(NOW + HOUR).away) == (True, False)

        room.say(operations.say_away, until=None, now=NOW + 2 * HOUR)
        room.say(operations.say_active, now=NOW + 3 * HOUR)

        assert room.profile(NOW + 2 * HOUR).away
        assert not room.profile(NOW + 3 * HOUR).away
        with pytest.raises(Invalid, match="over already"):
            room.say(operations.say_away, until=NOW)

    def test_has_a_name_of_their_own(self, room: Room) -> None:
        with pytest.raises(operations.OperatorTaken):
            room.do(operations.add_operator, name=" Anna ")
        assert room.ask(queries.operator_by_name, name="Anna") == room.anna
        with pytest.raises(queries.UnknownOperator):
            room.ask(queries.operator_by_name, name="Bruno")

    def test_that_is_unknown_is_said_to_be(self, room: Room) -> None:
        for act, told in (
            (operations.say_languages, {"languages": [IT]}),
            (operations.say_active, {}),
            (operations.plan_shift, {"starts_at": NOW, "ends_at": NOW + HOUR}),
        ):
            with pytest.raises(queries.UnknownOperator):
                room.say(act, operator_id=OperatorId(new_id()), **told)

    def test_is_told_of_by_the_centres_chain(self, room: Room) -> None:
        room.say(operations.say_skills, skills=["water"])

        assert worlds.actions(room.store, None)[-2:] == ["operator.added", "operator.skills"]

    def test_has_no_measure_kept_of_them(self) -> None:
        tables = ("operators", "operator_abilities", "operator_clients", "operator_aways")
        tables += ("squads", "squad_members", "shifts")
        measured = ("count", "score", "seconds", "minutes", "rate", "points", "rank", "times")

        columns = {column.name for name in tables for column in Base.metadata.tables[name].c}

        assert [name for name in columns if any(word in name for word in measured)] == []
        assert set(Profile.__struct_fields__) == {
            "id", "name", "languages", "skills", "clients", "squads", "on_shift", "away",
        }  # fmt: skip


class TestOperators:
    def test_come_in_the_order_they_were_added_a_page_at_a_time(self, room: Room) -> None:
        bruno = room.do(operations.add_operator, name="Bruno")
        first = room.ask(queries.operators, at=NOW, limit=1)
        rest = room.ask(queries.operators, at=NOW, after=first[-1].id)

        assert [each.id for each in (*first, *rest)] == [room.anna, bruno]

    def test_of_another_company_are_not_found(self, room: Room) -> None:
        room.say(operations.serve_clients, client_ids=[room.theirs])
        shift_id = room.do(
            operations.plan_shift, operator_id=room.anna, starts_at=NOW, ends_at=NOW + HOUR
        )
        squad_id = room.do(operations.add_squad, name="Blu", captain_id=room.anna)
        ours, theirs = worlds.only(room.ours), worlds.only(room.theirs)

        assert room.ask(queries.operators, at=NOW, as_=ours) == []
        assert room.ask(queries.squads, at=NOW, as_=ours) == []
        span = {"starts_before": NOW + DAY, "ends_after": NOW}
        assert room.ask(queries.shifts, as_=ours, **span) == []
        for error, read, told in (
            (queries.UnknownOperator, queries.operator_profile, {"operator_id": room.anna}),
            (queries.UnknownSquad, queries.squad, {"squad_id": squad_id}),
        ):
            with pytest.raises(error):
                room.ask(read, as_=ours, at=NOW, **told)
        with pytest.raises(queries.UnknownShift):
            room.ask(queries.shift, as_=ours, shift_id=shift_id)
        assert room.profile(as_=theirs).clients == (room.theirs,)
        assert len(room.ask(queries.shifts, as_=theirs, **span)) == 1

    def test_tell_no_company_that_the_reader_may_not_see(self, room: Room) -> None:
        room.say(operations.serve_clients, client_ids=[room.ours, room.theirs])

        assert room.profile(as_=worlds.only(room.ours)).clients == (room.ours,)

    def test_are_seen_by_a_company_that_their_key_opens(self, room: Room) -> None:
        made = room.do(operations.add_key, name="Carla", role=Role.OPERATOR, clients=[room.ours])
        carla = made.key.operator_id
        seen = {"at": NOW, "who": carla}

        assert room.profile(**seen, as_=worlds.only(room.ours)).name == "Carla"
        with pytest.raises(queries.UnknownOperator):
            room.profile(**seen, as_=worlds.only(room.theirs))
        room.do(operations.revoke_key, key_id=made.key.id)
        with pytest.raises(queries.UnknownOperator):
            room.profile(**seen, as_=worlds.only(room.ours))

    def test_are_changed_only_by_who_acts_for_every_company(self, room: Room) -> None:
        room.say(operations.serve_clients, client_ids=[room.ours])
        squad_id = room.do(operations.add_squad, name="Blu", captain_id=room.anna)
        whom = {"operator_id": room.anna}

        for act, told in (
            (operations.add_operator, {"name": "Bruno"}),
            (operations.say_languages, whom | {"languages": [IT]}),
            (operations.say_skills, whom | {"skills": []}),
            (operations.serve_clients, whom | {"client_ids": [room.ours]}),
            (operations.say_away, whom | {"until": None}),
            (operations.say_active, whom),
            (operations.add_squad, {"name": "Verde", "captain_id": room.anna}),
            (operations.join_squad, whom | {"squad_id": squad_id}),
            (operations.leave_squad, whom | {"squad_id": squad_id}),
            (operations.name_captain, whom | {"squad_id": squad_id}),
            (operations.plan_shift, whom | {"starts_at": NOW, "ends_at": NOW + HOUR}),
            (operations.cancel_shift, {"shift_id": ShiftId(new_id())}),
        ):
            with pytest.raises(operations.TeamNotYours):
                room.do(act, as_=worlds.only(room.ours), **told)


class TestWhoMayTake:
    def test_lists_those_who_can_with_least_to_spare_first(self, room: Room) -> None:
        fluent = room.ready("Bruno", IT, skills=("water", "vip"))
        plain = room.ready("Carla", Spoken("it", Level.B1), skills=("water",))
        room.ready("Dario", EN, skills=("water",))
        resting = room.ready("Elena", IT, skills=("water",))
        room.say(operations.say_away, operator_id=resting, until=None)
        asked = Needs(room.ours, "it", skills=("water",))

        found = room.ask(queries.who_may_take, needs=asked, at=NOW)

        assert [each.id for each in found] == [plain, fluent]
        assert room.ask(queries.who_may_take, needs=asked, at=NOW + 8 * HOUR) == []


class TestASquad:
    def test_has_its_members_of_the_instant(self, room: Room) -> None:
        bruno = room.do(operations.add_operator, name="Bruno")
        squad_id = room.do(operations.add_squad, name="Blu", captain_id=room.anna)
        room.do(operations.join_squad, squad_id=squad_id, operator_id=bruno, now=NOW + HOUR)
        room.do(operations.join_squad, squad_id=squad_id, operator_id=bruno, now=NOW + HOUR)
        room.do(operations.leave_squad, squad_id=squad_id, operator_id=bruno, now=NOW + DAY)

        def members(at: Any) -> tuple[OperatorId, ...]:
            found = room.ask(queries.squad, squad_id=squad_id, at=at)
            return tuple(found.members)

        assert members(NOW) == (room.anna,)
        assert members(NOW + HOUR) == (room.anna, bruno)
        assert members(NOW + DAY) == (room.anna,)
        assert room.ask(queries.squad_of, operator_id=bruno, at=NOW + HOUR).name == "Blu"
        assert room.ask(queries.squad_of, operator_id=bruno, at=NOW + DAY) is None
        assert room.profile().squads == (squad_id,)
        assert room.ask(queries.squad_by_name, name="Blu") == squad_id

    def test_is_one_at_a_time_for_each(self, room: Room) -> None:
        bruno = room.do(operations.add_operator, name="Bruno")
        room.do(operations.add_squad, name="Blu", captain_id=room.anna)
        other = room.do(operations.add_squad, name="Verde", captain_id=bruno)

        with pytest.raises(operations.InAnotherSquad, match="Blu"):
            room.do(operations.join_squad, squad_id=other, operator_id=room.anna)

    def test_is_never_without_a_captain(self, room: Room) -> None:
        bruno = room.do(operations.add_operator, name="Bruno")
        squad_id = room.do(operations.add_squad, name="Blu", captain_id=room.anna)
        whom = {"squad_id": squad_id, "operator_id": room.anna}
        with pytest.raises(operations.CaptainLeaves):
            room.do(operations.leave_squad, **whom)
        with pytest.raises(operations.NotInSquad):
            room.do(operations.name_captain, **whom | {"operator_id": bruno})
        room.do(operations.join_squad, **whom | {"operator_id": bruno})

        room.do(operations.name_captain, **whom | {"operator_id": bruno})
        room.do(operations.leave_squad, **whom)

        found = room.ask(queries.squad, squad_id=squad_id, at=NOW)
        assert (found.captain_id, found.members) == (bruno, (bruno,))
        with pytest.raises(operations.NotInSquad):
            room.do(operations.leave_squad, **whom)

    def test_has_a_name_of_its_own_and_is_known(self, room: Room) -> None:
        bruno = room.do(operations.add_operator, name="Bruno")
        room.do(operations.add_squad, name="Blu", captain_id=room.anna)

        with pytest.raises(operations.SquadTaken):
            room.do(operations.add_squad, name="Blu", captain_id=bruno)
        with pytest.raises(queries.UnknownSquad):
            room.do(operations.join_squad, squad_id=SquadId(new_id()), operator_id=bruno)
        with pytest.raises(queries.UnknownSquad):
            room.ask(queries.squad_by_name, name="Verde")


class TestAShift:
    def plan(self, room: Room, first: int, last: int) -> ShiftId:
        span = {"starts_at": NOW + first * HOUR, "ends_at": NOW + last * HOUR}
        found: ShiftId = room.do(operations.plan_shift, operator_id=room.anna, **span)
        return found

    def test_is_half_open(self, room: Room) -> None:
        self.plan(room, 0, 8)

        seen = [room.profile(NOW + hour * HOUR).on_shift for hour in (-1, 0, 7, 8)]

        assert seen == [False, True, True, False]

    def test_follows_another_and_never_overlaps_it(self, room: Room) -> None:
        self.plan(room, 0, 8)
        self.plan(room, 8, 12)

        for first, last in ((7, 9), (-1, 1), (2, 3), (-1, 13)):
            with pytest.raises(operations.ShiftOverlaps):
                self.plan(room, first, last)

    def test_that_is_cancelled_counts_until_then(self, room: Room) -> None:
        shift_id = self.plan(room, 0, 8)
        for hour in (2, 3):
            room.do(operations.cancel_shift, shift_id=shift_id, now=NOW + hour * HOUR)

        assert room.profile(NOW + HOUR).on_shift
        assert not room.profile(NOW + 2 * HOUR).on_shift
        assert room.ask(queries.shift, shift_id=shift_id).cancelled_at == NOW + 2 * HOUR
        assert worlds.actions(room.store, None).count("shift.cancelled") == 1
        self.plan(room, 2, 8)
        with pytest.raises(operations.ShiftOverlaps):
            self.plan(room, 1, 2)

    def test_is_listed_where_it_touches_the_span(self, room: Room) -> None:
        first, second = self.plan(room, 0, 8), self.plan(room, 24, 32)

        def listed(start: int, end: int, **more: Any) -> list[ShiftId]:
            span = {"ends_after": NOW + start * HOUR, "starts_before": NOW + end * HOUR}
            return [each.id for each in room.ask(queries.shifts, **span, **more)]

        assert listed(0, 48) == [first, second]
        assert listed(8, 48) == [second]
        assert listed(0, 24) == [first]
        assert listed(0, 48, after=first) == [second]
        assert listed(0, 48, operator_id=OperatorId(new_id())) == []
