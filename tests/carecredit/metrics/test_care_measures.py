"""The measures of care in small worlds where each number is counted by hand, on both databases."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from carecredit.cases import operations as cases
from carecredit.cases.operations import Move, NewCase, NewExpectation
from carecredit.cases.rules import CaseKind, Resolution
from carecredit.customers.model import Consent, Customer
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, new_id
from carecredit.metrics import queries
from carecredit.metrics.rules.care import BESIDE, FOUND
from carecredit.metrics.views import MetricAnswer, Parts
from carecredit.outreach.model import Contact
from carecredit.quality.model import Survey
from carecredit.store.session import Store
from ledgers import CALLER, Ledger

NOW = datetime(2024, 7, 1, tzinfo=UTC)
MAY_31 = date(2024, 5, 31)
BLANK: dict[str, Any] = {
    "channel": "voice", "direction": "in", "purpose": "service", "note": "", "language": "it",
    "operator": "tests", "automatic": False, "identified_by": "", "transferred": False,
    "touch_id": None, "attempt_id": None, "operator_id": None, "disposition": "right_party",
}  # fmt: skip


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=UTC)


class World:
    """Anna (north) and Bruno (south) under contract, Carla (south) not; Bruno left on 20 May."""

    def __init__(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, date(2024, 5, 1), segment="north")
        self.anna = ledger.customer(date(2024, 1, 1), segment="north")
        self.bruno = ledger.customer(date(2024, 1, 1), date(2024, 5, 20), segment="south")
        self.carla = ledger.customer(None, segment="south")
        self.store, self.client_id = store, ClientId(ledger.write(store))

    def add(self, *rows: Any) -> None:
        with self.store.begin(CALLER) as session:
            session.add_all(rows)

    def contact(self, who: Any, start: datetime, seconds: int = 60, **more: Any) -> Any:
        key = new_id()
        facts = {"started_at": start, "ended_at": start + timedelta(seconds=seconds)}
        whose = {"client_id": self.client_id, "id": key, "customer_id": who}
        self.add(Contact(**(BLANK | facts | whose | more)))
        return key

    def survey(self, asked: datetime, state: str, *, score: int | None = None, **more: Any) -> None:
        contact = self.contact(self.anna, asked, direction="out")
        with self.store.begin(CALLER) as session:
            person = session.scalars(select(Customer.person_id).where(Customer.id == self.anna))
            facts = {"sent_at": None, "closed_at": None, "kind": "csat", "reason": None}
            row = Survey(
                **(facts | more),
                client_id=self.client_id,
                id=new_id(),
                contact_id=contact,
                customer_id=self.anna,
                person_id=person.one(),
                operator="tests",
                terms_version=1,
                language="it",
                state=state,
                asked_at=asked,
                score=score,
                comment="",
                is_low=False,
                conclusion="",
            )
            session.add(row)

    def act(self, operation: Any, now: datetime, **told: Any) -> Any:
        with self.store.begin(CALLER) as session:
            return operation(session, client_id=self.client_id, now=now, **told)

    def case(self, who: Any, now: datetime, kind: CaseKind = CaseKind.QUESTION) -> Any:
        new = NewCase(who, kind, "The bill is wrong", proof="a call")
        return self.act(cases.open_case, now, case=new).id

    def ask(self, metric_id: str, as_of: date = MAY_31, **more: Any) -> MetricAnswer:
        return self.read(queries.metric, as_of, metric_id=metric_id, **more)

    def parts(self, metric_id: str, as_of: date = MAY_31, **more: Any) -> Parts:
        found: Parts = self.read(queries.parts, as_of, metric_id=metric_id, **more)
        assert Fraction(found.total) == Fraction(found.answer.numerator or 0)
        assert sum(Fraction(part.amount) for part in found.parts) == Fraction(found.total)
        return found

    def read(self, query: Any, as_of: date = MAY_31, **more: Any) -> Any:
        with self.store.read(CALLER) as session:
            return query(session, client_id=self.client_id, as_of=as_of, now=NOW, **more)


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def fraction(found: MetricAnswer) -> tuple[str | None, str | None]:
    return found.numerator, found.denominator


class TestScores:
    @pytest.fixture
    def asked(self, world: World) -> World:
        sent = {"sent_at": at(5, 3)}
        world.survey(at(5, 2), "answered", score=5, closed_at=at(5, 4), **sent)
        world.survey(at(5, 6), "answered", score=4, closed_at=at(5, 7), **sent)
        world.survey(at(5, 8), "answered", score=2, closed_at=at(5, 12))
        world.survey(at(5, 20), "answered", score=5, closed_at=at(6, 2), sent_at=at(5, 21))
        world.survey(at(5, 9), "refused", closed_at=at(5, 10))
        world.survey(at(5, 9), "sent", sent_at=at(5, 9))
        world.survey(at(5, 9), "due")
        world.survey(at(5, 9), "not_sent", reason="not_sampled")
        world.survey(at(4, 30), "answered", score=1, closed_at=at(5, 2))
        return world

    def test_are_of_what_was_asked_in_the_month_and_answered_by_the_day(self, asked: World) -> None:
        found = asked.ask("csat")

        assert fraction(found) == ("2", "3")
        assert (found.n, found.interval) == (3, ("0.207660", "0.938508"))

    def test_never_leave_without_how_many_answered(self, asked: World) -> None:
        (beside,) = asked.ask("csat").beside
        rows = asked.read(queries.by_segment, metric_id="csat").rows

        assert (beside.id, beside.numerator, beside.denominator) == ("response_rate.csat", "3", "6")
        assert beside.value == asked.ask("response_rate.csat").value == "0.5000000000"
        assert [len(row.answer.beside) for row in rows] == [1] * len(rows)
        assert asked.parts("csat").answer.beside == (beside,)
        assert all(BESIDE[kind] == (f"response_rate.{kind}",) for kind in ("csat", "nps", "ces"))

    def test_are_known_when_they_came(self, asked: World) -> None:
        early = asked.ask("csat", known_at=date(2024, 5, 9))

        assert fraction(early) == ("2", "2")
        assert (early.beside[0].numerator, early.beside[0].denominator) == ("2", "3")

    def test_name_the_surveys_behind_them(self, asked: World) -> None:
        assert {part.kind for part in asked.parts("csat").parts} == {"survey"}
        assert asked.parts("response_rate.csat").count == 3

    def test_of_another_kind_are_another_number(self, world: World) -> None:
        for score in (10, 9, 3, 8):
            world.survey(at(5, 2), "answered", score=score, closed_at=at(5, 4), kind="nps")
        for score in (5, 3):
            world.survey(at(5, 2), "answered", score=score, closed_at=at(5, 4), kind="ces")

        assert fraction(world.ask("nps")) == ("1", "4")
        assert sorted(part.amount for part in world.parts("nps").parts) == ["-1", "1", "1"]
        assert fraction(world.ask("ces")) == ("1", "2")
        assert world.ask("csat").status == "no_data"


class TestAfterAContact:
    @pytest.fixture
    def contacted(self, world: World) -> World:
        world.contact(world.anna, at(4, 5))
        world.contact(world.anna, at(4, 25), direction="out")
        world.contact(world.bruno, at(4, 25))
        world.contact(world.carla, at(4, 10), direction="out", disposition="no_answer")
        world.contact(world.carla, at(4, 12), channel="email", direction="out", disposition="sent")
        world.contact(world.carla, at(4, 13), channel="email", automatic=True)
        world.case(world.anna, at(4, 20), CaseKind.COMPLAINT)
        world.case(world.carla, at(4, 20))
        world.add(
            Consent(
                client_id=world.client_id,
                id=new_id(),
                customer_id=world.anna,
                channel="voice",
                purpose=None,
                stance="refused",
                basis="call",
                proof="",
                starts_at=at(5, 10),
                ends_at=None,
                recorded_at=at(5, 10),
                recorded_by="tests",
            )
        )
        return world

    def test_complaints_and_opt_outs_are_of_contacts_that_reached_somebody(
        self, contacted: World
    ) -> None:
        complained = contacted.ask("complaints_per_contact")

        assert fraction(complained) == ("1", "4")
        assert fraction(contacted.ask("complaints_per_contact", segment="south")) == ("0", "2")
        assert fraction(contacted.ask("opt_outs_per_contact.30d")) == ("1", "4")
        (part,) = contacted.parts("complaints_per_contact").parts
        assert (part.kind, part.day, part.segment) == ("contact", date(2024, 4, 5), "north")

    def test_leaving_is_of_contacts_with_a_contract(self, contacted: World) -> None:
        assert fraction(contacted.ask("churn_after_contact.30d")) == ("1", "3")
        assert fraction(contacted.ask("churn_after_contact.90d", date(2024, 7, 30))) == ("1", "3")

    def test_counts_nothing_whose_days_have_not_passed(self, contacted: World) -> None:
        early = date(2024, 4, 30)

        for metric_id in ("complaints_per_contact", "churn_after_contact.30d"):
            assert contacted.ask(metric_id, known_at=early).status == "no_data"
        known = contacted.ask("opt_outs_per_contact.30d", known_at=date(2024, 5, 9))
        assert fraction(known) == ("0", "1")

    def test_the_right_person_is_of_calls_dialled(self, contacted: World) -> None:
        assert fraction(contacted.ask("right_party", date(2024, 4, 30))) == ("1", "2")
        assert contacted.parts("right_party", date(2024, 4, 30)).count == 1


class TestOurWord:
    @pytest.fixture
    def answered(self, world: World) -> World:
        one, two, _ = (world.case(world.anna, at(5, day, 8)) for day in (6, 7, 8))
        for case, now in ((one, at(5, 6)), (two, at(5, 9, 8))):
            world.act(cases.move, now, case_id=case, move=Move("answered"), version=None)
        world.act(
            cases.resolve, at(5, 10), case_id=one, resolution=Resolution.SOLVED,
            solution="Put right.", version=None,
        )  # fmt: skip
        return world

    def test_level_is_of_first_answers_that_fell_due(self, answered: World) -> None:
        assert fraction(answered.ask("service_level")) == ("1", "3")
        assert answered.ask("service_level", segment="south").status == "no_data"
        assert answered.parts("service_level").parts[0].kind == "case"

    def test_known_early_is_what_was_recorded_then(self, answered: World) -> None:
        # Opened at eight, each is due the same day at six: of a day's work nine to one, two to six.
        sixth, seventh = (date(2024, 5, day) for day in (6, 7))

        assert fraction(answered.ask("service_level", known_at=sixth)) == ("1", "1")
        assert fraction(answered.ask("service_level", known_at=seventh)) == ("1", "2")
        assert answered.ask("first_answer", known_at=seventh).value == "3600.0000000000"

    def test_all_recorded_and_known_now_agree(self, answered: World) -> None:
        for metric_id in FOUND:
            there = answered.ask(metric_id, known_at=NOW)
            assert fraction(answered.ask(metric_id)) == fraction(there), metric_id

    def test_first_answers_have_a_time_and_resolutions_a_level(self, answered: World) -> None:
        assert fraction(answered.ask("first_answer")) == (str(3_600 + 2 * 86_400), "2")
        assert fraction(answered.ask("resolution.within")) == ("1", "3")

    def test_breaches_are_counted_and_a_late_answer_takes_none_away(self, answered: World) -> None:
        found = answered.parts("deadlines.breached")

        assert found.answer.value == "4"
        assert [part.amount for part in found.parts] == ["2", "2"]

    def test_expectations_are_kept_in_time_or_not(self, world: World) -> None:
        def expect(due: datetime) -> Any:
            new = NewExpectation(world.anna, "We call you", due)
            return world.act(cases.expect, at(5, 1), expectation=new).id

        kept, late, withdrawn, _ = map(expect, (at(5, 10), at(5, 12), at(5, 15), at(6, 5)))
        world.act(cases.fulfil, at(5, 9), expectation_id=kept)
        world.act(cases.fulfil, at(5, 13), expectation_id=late)
        world.act(cases.withdraw, at(5, 14), expectation_id=withdrawn, reason="Not needed.")

        assert fraction(world.ask("expectations.kept")) == ("1", "2")
        assert fraction(world.ask("expectations.kept", known_at=date(2024, 5, 11))) == ("1", "1")
        assert world.parts("expectations.kept").parts[0].due_on == date(2024, 5, 10)


class TestRepeats:
    @pytest.fixture
    def called(self, world: World) -> World:
        fell = {"disposition": "dropped", "talk_seconds": 60, "hold_seconds": 0}
        world.contact(world.anna, at(5, 2), 90, **fell)
        world.contact(world.anna, at(5, 2, 9, 5), 100, root_cause="wrong_amount")
        parts = {"talk_seconds": 60, "hold_seconds": 20, "wrap_up_seconds": 40}
        world.contact(world.anna, at(5, 5), 500, **parts)
        world.contact(world.anna, at(5, 6), 200, root_cause="courtesy")
        world.contact(world.bruno, at(5, 2), 30)
        world.contact(world.bruno, at(5, 4), 50)
        return world

    def test_a_line_that_fell_is_no_repeat(self, called: World) -> None:
        assert fraction(called.ask("repeat.7d")) == ("3", "5")
        assert fraction(called.ask("fcr.repeat.7d")) == ("0", "2")
        assert called.parts("repeat.7d").count == 3

    def test_go_back_to_their_first_cause_with_the_time_they_took(self, called: World) -> None:
        found = called.read(queries.repeats)
        soon = called.read(queries.repeats, within="24h")
        south = called.read(queries.repeats, segment="south")

        assert (found.identified, found.repeats, found.seconds) == (5, 3, 370)
        assert [(it.cause, it.cases, it.repeats, it.seconds) for it in found.causes] == [
            ("wrong_amount", 1, 2, 320), ("not_said", 1, 1, 50),
        ]  # fmt: skip
        assert found.causes[0].name["it"] == "Importo ritenuto errato"
        assert [(it.cause, it.seconds) for it in soon.causes] == [("not_said", 200)]
        assert [it.seconds for it in south.causes] == [50]
        with pytest.raises(Invalid):
            called.read(queries.repeats, within="2d")


class TestHandling:
    def test_is_spread_in_parts_and_comes_with_quality(self, world: World) -> None:
        for day, talk in ((2, 60), (3, 120), (6, 300)):
            parts = {"talk_seconds": talk, "hold_seconds": 10, "wrap_up_seconds": 30}
            world.contact(world.anna, at(5, day), 500, **parts)
        world.contact(world.bruno, at(5, 7), 700)
        world.survey(at(6, 2), "sent", sent_at=at(6, 2))

        found = world.read(queries.handling)
        talk, hold, _, whole = found.parts
        by_id = {each.id: each for each in found.quality}

        assert (talk.n, talk.mean, talk.p50, talk.p90) == (3, "160.00", "120", "300")
        assert (hold.p95, whole.n, whole.p50, whole.p95) == ("10", 4, "160", "700")
        assert found.calls == 4
        assert (by_id["repeat.7d"].numerator, by_id["repeat.7d"].denominator) == ("2", "4")
        assert {"csat", "response_rate.csat", "nps", "ces", "fcr.repeat.7d"} <= by_id.keys()

    def test_is_refused_of_one_operator(self, world: World) -> None:
        with pytest.raises(queries.NotByOperator, match="not told of one operator"):
            world.read(queries.handling, operator="anna")

    def test_alone_never_leaves_without_quality(self, world: World) -> None:
        found = world.ask("handle_time")

        assert [each.id for each in found.beside] == ["fcr.repeat.7d", "repeat.7d"]
