"""Traps that other systems fell into, each by the name it has in our table."""

from datetime import date, timedelta

import pytest

import worlds
from carecredit.cases import operations, queries
from carecredit.cases.operations import Move, Stale
from carecredit.cases.queries import UnknownCase, Wanted
from carecredit.cases.rules import (
    CaseKind,
    CaseState,
    DeadlineKind,
    Goal,
    Hours,
    Outcome,
    Party,
    ServiceLevel,
    Softening,
)
from carecredit.store.session import Store
from case_worlds import NINE_TO_FIVE, Desk, rome
from worlds import CENTRE_CALLER

pytestmark = pytest.mark.usefixtures("chains_hold")
FRIDAY = rome("2026-06-05 16:30")
HOUR = timedelta(hours=1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def level(minutes: int = 60, **pauses: tuple[CaseState, ...]) -> ServiceLevel:
    goal = Goal(first_answer=minutes, next_answer=minutes, resolution=minutes)
    told = {DeadlineKind(kind): states for kind, states in pauses.items()}
    return ServiceLevel((goal,), told, Softening(10, "listening"))


def agree(desk: Desk, agreed: ServiceLevel, *, since: str = "1970-01-01", **more: object) -> None:
    desk.act(operations.save_level, level=agreed, since=rome(since), **more)


@pytest.fixture
def desk(store: Store) -> Desk:
    """A client company open nine to five, with goals of an hour."""
    made = Desk(store, now=rome("2026-06-01 08:00"))
    made.calendar(now=rome("2026-06-01 08:00"))
    agree(made, level(), now=rome("2026-06-01 08:00"))
    return made


class TestFriday1630Target1HMonFri9To17:
    def test_monday_0930(self, desk: Desk) -> None:
        case = desk.open(now=FRIDAY)

        (first,) = desk.explain(case.id, now=FRIDAY)["first_answer"]

        assert first.deadline.due_at == rome("2026-06-08 09:30")
        assert [(it.counted, it.why) for it in first.intervals] == [
            (True, "open"), (False, "closed"), (True, "open"),
        ]  # fmt: skip


class TestWindows8To12And1330To18Created1230Target1H:
    def test_1430(self, desk: Desk) -> None:
        now = rome("2026-06-08 12:30")
        split = dict.fromkeys(WEEK[:5], ("08:00-12:00", "13:30-18:00"))
        desk.calendar(Hours("Europe/Rome", split), now=now)

        case = desk.open(now=now)

        (first,) = desk.explain(case.id, now=now)["first_answer"]
        assert first.deadline.due_at == rome("2026-06-08 14:30")


class TestWaitingFriday1600ToMonday1000Hours9To17:
    def test_2_working_hours_deducted(self, desk: Desk) -> None:
        begun = rome("2026-06-01 09:00")
        agree(desk, level(6_000, resolution=(CaseState.WAITING_CUSTOMER,)), now=begun)
        case = desk.open(now=begun)
        (without,) = desk.explain(case.id, now=begun)["resolution"]
        monday = rome("2026-06-08 10:00")
        desk.move(case.id, "asked_customer", now=rome("2026-06-05 16:00"))
        (paused,) = desk.explain(case.id, now=rome("2026-06-06 16:00"))["resolution"]
        desk.move(case.id, "customer_wrote", now=monday)

        (told,) = desk.explain(case.id, now=monday)["resolution"]

        assert (paused.deadline.outcome, paused.deadline.due_at) == (Outcome.PAUSED, None)
        assert told.left_out_seconds == 2 * 3_600
        assert without.deadline.due_at == rome("2026-06-17 13:00")
        assert told.deadline.due_at == rome("2026-06-17 15:00")


class TestSlaChangedWhileWaiting:
    def test_pause_kept(self, desk: Desk) -> None:
        begun, changed = rome("2026-06-08 09:00"), rome("2026-06-09 13:00")
        agree(desk, level(960, resolution=(CaseState.WAITING_CUSTOMER,)), now=begun)
        case = desk.open(now=begun)
        desk.move(case.id, "asked_customer", now=rome("2026-06-08 11:00"))

        agree(desk, level(480), since="2026-06-09 13:00", now=changed)

        (told,) = desk.explain(case.id, now=changed)["resolution"]
        assert told.left_out_seconds == 10 * 3_600  # Monday 11 to 17 and Tuesday 9 to 13
        assert told.deadline.due_at == rome("2026-06-10 11:00")  # 2 h before, 6 h after the pause
        (anew,) = (
            event
            for event in desk.read(queries.events, case_id=case.id)
            if event.code == "reckoned_anew"
        )
        assert {it["deadline"] for it in anew.data["changes"]} >= {"resolution"}
        assert anew.data["changes"][-1]["after"]["level_version"] == "3"


class TestHolidayInTheWindow:
    def test_later_never_sooner(self, desk: Desk) -> None:
        case = desk.open(now=FRIDAY)
        shut = Hours("Europe/Rome", NINE_TO_FIVE.week, closed=(date(2026, 6, 8),))

        saved = desk.calendar(shut, now=FRIDAY)

        assert (saved.reckoned.cases, saved.reckoned.changed, saved.reckoned.left) == (1, 1, 0)
        (stored, _) = desk.read(queries.stored_deadlines, case_id=case.id)
        assert stored.due_at == rome("2026-06-09 09:30")
        assert stored.calendar_version == "2"


class TestAlwaysOpenCalendarAcrossMidnight:
    def test_no_lost_minute(self, desk: Desk) -> None:
        now = rome("2026-06-08 23:30")
        desk.calendar(Hours("Europe/Rome", dict.fromkeys(WEEK, ("00:00-24:00",))), now=now)

        case = desk.open(now=now)

        (first,) = desk.explain(case.id, now=now)["first_answer"]
        assert first.deadline.due_at == rome("2026-06-09 00:30")
        assert len(first.intervals) == 1


class TestAutomaticReply:
    def test_does_not_meet_first_response(self, desk: Desk) -> None:
        case = desk.open(now=FRIDAY)
        desk.move(case.id, "answered", automatic=True, now=FRIDAY)
        desk.move(case.id, "answered", party=Party.SYSTEM, now=FRIDAY)

        (first,) = desk.explain(case.id, now=FRIDAY)["first_answer"]
        assert first.deadline.outcome is Outcome.RUNNING
        desk.move(case.id, "answered", now=FRIDAY)
        (first,) = desk.explain(case.id, now=FRIDAY)["first_answer"]
        assert first.deadline.outcome is Outcome.MET


class TestLateAnswer:
    def test_breach_remains(self, desk: Desk) -> None:
        case = desk.open(now=FRIDAY)
        late = rome("2026-06-08 12:00")
        before = desk.read(queries.cases, now=late, wanted=Wanted(overdue=True))
        desk.move(case.id, "answered", now=late)

        (first, _) = desk.read(queries.stored_deadlines, case_id=case.id)

        assert [one.case.id for one in before] == [case.id]
        assert (first.outcome, first.breached_at) == (Outcome.MET, rome("2026-06-08 09:30"))
        found = desk.read(queries.cases, now=late, wanted=Wanted(breached=True))
        assert [one.case.id for one in found] == [case.id]


class TestReopenedAfterBotClosure:
    def test_clock_from_reopening(self, desk: Desk) -> None:
        monday, tuesday = rome("2026-06-08 09:00"), rome("2026-06-09 15:00")
        case = desk.open(now=monday)
        desk.move(case.id, "answered", automatic=True, now=monday)
        desk.resolve(case.id, party=Party.SYSTEM, now=rome("2026-06-08 09:30"))

        again = desk.move(case.id, "customer_wrote", now=tuesday)

        told = desk.explain(case.id, now=tuesday)
        assert again.state == "reopened"
        assert [one.deadline.outcome for one in told["first_answer"]] == [
            Outcome.DROPPED, Outcome.RUNNING,
        ]  # fmt: skip
        assert told["first_answer"][1].deadline.due_at == rome("2026-06-09 16:00")
        assert told["resolution"][1].deadline.due_at == rome("2026-06-09 16:00")


class TestOperatorOfClientAAsksForACaseOfClientB:
    def test_not_found_nothing_leaked_in_counts_or_previews(self, store: Store) -> None:
        mine, theirs = Desk(store), Desk(store, code="NRD")
        foreign = theirs.open(CaseKind.DISPUTE, theirs.invoice())
        caller = worlds.only(mine.client_id)

        with store.begin(caller) as session:
            for client_id in (mine.client_id, theirs.client_id):
                with pytest.raises(UnknownCase):
                    queries.whole(session, client_id=client_id, case_id=foreign.id)
                with pytest.raises(UnknownCase):
                    operations.move(
                        session,
                        client_id=client_id,
                        case_id=foreign.id,
                        move=Move("answered"),
                        version=None,
                        now=worlds.NOW,
                    )
                found = queries.counts(session, client_id=client_id, now=worlds.NOW)
                assert found.total == 0
                assert queries.cases(session, client_id=client_id, now=worlds.NOW) == []


class TestStaleUpdate:
    def test_conflict_with_current_version(self, desk: Desk) -> None:
        case = desk.open(now=FRIDAY)
        desk.move(case.id, "answered", version=case.version, now=FRIDAY)

        with desk.store.begin(CENTRE_CALLER) as session, pytest.raises(Stale) as told:
            operations.note(
                session,
                client_id=desk.client_id,
                case_id=case.id,
                text="called again",
                version=case.version,
                now=FRIDAY,
            )

        assert told.value.version == case.version + 1
        assert [event.code for event in told.value.since] == ["answered"]
        assert "The customer was answered. (tests, 2026-06-05T14:30Z)" in told.value.message
