"""The next step as a table of truth, and what holds for every customer there could be."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecredit.cadence import queries
from carecredit.cadence.rules import (
    CustomerFacts,
    Made,
    NotKept,
    Owed,
    Proposal,
    Silence,
    Softened,
    explain,
    next_step,
    parse_policy,
)
from carecredit.holds.rules import HoldReason
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CustomerId, InvoiceId, new_id

ROME = zone("Europe/Rome")
NOW = datetime(2026, 6, 8, 7, tzinfo=UTC)
TODAY = date(2026, 6, 8)
GENTLE = queries.policy("gentle")
ORDER = [step.key for step in GENTLE.steps]
BOTH = frozenset({"voice", "email"})
ONE, TWO = InvoiceId(new_id()), InvoiceId(new_id())


def owed(invoice_id: InvoiceId = ONE, *, issued: int, due: int, **facts: Any) -> Owed:
    """Describe an invoice by days from today."""
    known = {"number": "F-1", "currency": "EUR", "open_minor": 12_000} | facts
    day = timedelta(days=1)
    return Owed(
        invoice_id=invoice_id, invoiced_on=TODAY + issued * day, due_on=TODAY + due * day, **known
    )


def made(*keys: str, days_ago: int = 30, **facts: Any) -> tuple[Made, ...]:
    return tuple(Made(ONE, key, TODAY - timedelta(days=days_ago), **facts) for key in keys)


def decide(*invoices: Owed, **facts: Any) -> Proposal | Silence:
    known = {
        "customer_id": CustomerId(new_id()), "channels": BOTH, "opted_out": False, "held": None,
        "made": (), "unapplied_minor": {}, "small_balance_minor": 100,
    }  # fmt: skip
    return next_step(CustomerFacts(owed=invoices, **known | facts), policy=GENTLE, at=ROME, now=NOW)


def told(found: Proposal | Silence) -> tuple[Any, ...]:
    if isinstance(found, Silence):
        return (found.code, found.next_on)
    return (found.step.key, found.channel, local_date(found.due_at, ROME))


LATE = owed(issued=-68, due=-38)
SPARED = owed(issued=-50, due=-20, held_days=15)
"""Twenty days past due, fifteen of them held: five of courtesy age."""
FRESH = owed(issued=-5, due=25)


class TestNextStep:
    @pytest.mark.parametrize(
        ("invoices", "facts", "expected"),
        [
            ([], {}, ("nothing_open", None)),
            ([SPARED], {}, ("follow_up", "email", TODAY)),
            (
                [SPARED],
                {"made": made("follow_up", days_ago=10)},
                ("waiting", TODAY + timedelta(days=7)),
            ),
            ([FRESH], {}, ("courtesy_call", "voice", TODAY)),
            ([owed(issued=-2, due=28)], {}, ("courtesy_call", "voice", TODAY + timedelta(days=3))),
            ([owed(issued=-1, due=29)], {}, ("waiting", TODAY + timedelta(days=4))),
            ([FRESH], {"channels": frozenset({"email"})}, ("courtesy_call", "email", TODAY)),
            (
                [owed(issued=-25, due=5)],
                {"made": made("courtesy_call")},
                ("friendly_note", "email", TODAY),
            ),
            (
                [owed(issued=-25, due=5)],
                {"made": made("courtesy_call", days_ago=3)},
                ("friendly_note", "email", TODAY + timedelta(days=2)),
            ),
            (
                [owed(issued=-25, due=1)],
                {"made": made("courtesy_call", days_ago=2)},
                ("waiting_for_due_date", TODAY + timedelta(days=1)),
            ),
            ([owed(issued=-30, due=0)], {"made": made(*ORDER[:2])}, ("steps_done", None)),
            ([owed(issued=-31, due=-1)], {}, ("follow_up", "email", TODAY + timedelta(days=3))),
            ([LATE], {}, ("follow_up", "email", TODAY)),
            ([LATE], {"made": made("follow_up")}, ("listening_call", "voice", TODAY)),
            ([LATE], {"made": made(*ORDER[2:4])}, ("offer_of_help", "email", TODAY)),
            ([LATE], {"made": made(*ORDER[2:])}, ("steps_done", None)),
            ([LATE], {"made": made("follow_up", days_ago=1)}, ("waiting", date(2026, 6, 12))),
            ([LATE], {"held": "promise"}, ("held", None)),
            ([owed(issued=-68, due=-38, held="dispute")], {}, ("held", None)),
            ([LATE], {"channels": frozenset()}, ("no_contact_point", None)),
            ([LATE], {"channels": frozenset(), "opted_out": True}, ("opted_out", None)),
            ([LATE], {"made": made("follow_up", with_person=True)}, ("with_a_person", None)),
            ([LATE], {"unapplied_minor": {"EUR": 12_000}}, ("unapplied_covers", None)),
            ([LATE], {"unapplied_minor": {"EUR": 11_999}}, ("follow_up", "email", TODAY)),
            ([LATE], {"unapplied_minor": {"USD": 12_000}}, ("follow_up", "email", TODAY)),
            ([owed(issued=-68, due=-38, open_minor=99)], {}, ("small_balance", None)),
            (
                [owed(TWO, issued=-70, due=-40, held="dispute"), LATE],
                {"unapplied_minor": {"EUR": 12_000}},
                ("unapplied_covers", None),
            ),
            (
                [owed(TWO, issued=-70, due=-40, currency="USD"), LATE],
                {"unapplied_minor": {"USD": 12_000}},
                ("follow_up", "email", TODAY),
            ),
        ],
    )
    def test_is_a_table_of_truth(
        self, invoices: list[Owed], facts: dict[str, Any], expected: tuple[Any, ...]
    ) -> None:
        assert told(decide(*invoices, **facts)) == expected

    def test_lets_the_oldest_that_may_be_asked_about_carry_the_conversation(self) -> None:
        oldest = owed(TWO, issued=-90, due=-60, number="F-0")

        found = decide(oldest, LATE)

        assert isinstance(found, Proposal)
        assert (found.invoice.number, found.reason["others"]) == ("F-0", ["F-1"])
        assert found.reason["total_open_minor"] == 24_000

    def test_does_not_let_a_newer_invoice_overtake_one_past_due(self) -> None:
        waiting = decide(LATE, owed(TWO, issued=-5, due=25), made=made("follow_up", days_ago=1))

        assert told(waiting)[0] == "waiting"

    def test_aims_at_the_policys_hour_and_never_at_the_past(self) -> None:
        ahead, now = decide(owed(issued=-2, due=28)), decide(LATE)

        assert isinstance(ahead, Proposal)
        assert isinstance(now, Proposal)
        assert ahead.due_at == datetime(2026, 6, 11, 8, tzinfo=UTC)  # ten in Rome
        assert now.due_at == NOW or now.due_at > NOW


@st.composite
def customers(draw: st.DrawFn) -> CustomerFacts:
    invoices = []
    for number in range(draw(st.integers(0, 4))):
        issued = draw(st.integers(-120, 0))
        invoices.append(
            owed(
                InvoiceId(new_id()),
                issued=issued,
                due=issued + draw(st.integers(0, 60)),
                number=f"F-{number}",
                open_minor=draw(st.sampled_from([1, 99, 100, 12_000])),
                currency=draw(st.sampled_from(["EUR", "USD"])),
                held=draw(st.sampled_from([None, None, *HoldReason])),
            )
        )
    invoices.sort(key=lambda one: one.due_on)
    steps = [
        Made(
            one.invoice_id,
            key,
            TODAY - timedelta(days=draw(st.integers(0, 40))),
            with_person=draw(st.integers(0, 9)) == 0,
        )
        for one in invoices
        for key in draw(st.sets(st.sampled_from(ORDER), max_size=3))
    ]
    return CustomerFacts(
        customer_id=CustomerId(new_id()),
        channels=draw(st.frozensets(st.sampled_from(["voice", "email"]))),
        opted_out=draw(st.booleans()),
        held=draw(st.sampled_from([None, None, None, *HoldReason])),
        owed=tuple(invoices),
        made=tuple(steps),
        unapplied_minor=draw(
            st.dictionaries(st.sampled_from(["EUR", "USD"]), st.integers(1, 30_000))
        ),
        small_balance_minor=100,
    )


class TestEveryCustomer:
    @settings(max_examples=300)
    @given(customers(), st.integers(0, 47))
    def test_is_asked_gently_or_not_at_all(self, facts: CustomerFacts, hours: int) -> None:
        now = NOW + timedelta(hours=hours)
        today = local_date(now, ROME)

        found = next_step(facts, policy=GENTLE, at=ROME, now=now)

        if isinstance(found, Silence):
            for language in ("it", "en"):
                assert explain(found.code, found.detail, language=language)
            return
        invoice = found.invoice
        dates = {"invoiced_on": invoice.invoiced_on, "due_on": invoice.due_on}
        done = {one.step_key for one in facts.made if one.invoice_id == invoice.invoice_id}
        earlier = [
            step.key
            for step in GENTLE.steps[: ORDER.index(found.step.key)]
            if step.valid is found.step.valid
            and (step.last is None or today <= step.last.day(**dates))
        ]
        day = local_date(found.due_at, ROME)
        assert facts.held is None
        assert found.invoice.held is None
        assert found.channel in facts.channels
        assert found.step.key not in done
        assert done >= set(earlier)
        assert found.due_at >= now
        assert day >= found.step.first.day(**dates)
        assert all(day >= one.on + timedelta(days=GENTLE.spacing_days) for one in facts.made)
        assert (found.step.valid == "past_due") is (found.invoice.due_on < today)
        assert found.invoice.open_minor >= facts.small_balance_minor
        for language in ("it", "en"):
            assert found.invoice.number in explain(found.step.key, found.reason, language=language)


class TestExplain:
    @pytest.mark.parametrize("reason", HoldReason)
    def test_knows_every_reason_to_be_silent(self, reason: HoldReason) -> None:
        assert reason not in explain("held", {"hold": reason.value}, language="it")

    def test_refuses_a_code_without_a_sentence(self) -> None:
        with pytest.raises(Invalid):
            explain("unheard_of", {}, language="it")


STEP = {
    "key": "a", "kind": "follow_up", "valid": "past_due", "first": {"anchor": "due", "days": 1},
    "channels": ["email"], "tone": "help",
}  # fmt: skip
POLICY_UNDERSTANDING = {
    "after_days": 1, "within_days": 60, "channels": ["voice"], "tone": "listening",
}  # fmt: skip
POLICY = {
    "key": "p", "version": "1", "title": {}, "hour": "10:00:00", "spacing_days": 1,
    "plan_ahead_days": 0, "steps": [STEP],
    "understanding": POLICY_UNDERSTANDING,
}  # fmt: skip


class TestAWordNotKept:
    def asked(self, days_ago: int, *invoices: Owed, **facts: Any) -> Any:
        since = TODAY - timedelta(days=days_ago)
        word = NotKept(new_id(), "promise", since - timedelta(days=3), since, "EUR", 5_000)
        return decide(*(invoices or (LATE,)), **{"not_kept": (word,)} | facts)

    def test_is_asked_about_once_and_in_a_listening_tone(self) -> None:
        found = self.asked(2)

        assert (found.reason["code"], found.tone) == ("understanding_call", "listening")
        word = NotKept(new_id(), "promise", TODAY, TODAY, "EUR", 5_000)
        first = decide(LATE, not_kept=(word,))
        assert isinstance(first, Proposal)
        again = decide(LATE, not_kept=(word,), made=(Made(ONE, first.step.key, TODAY),))
        assert not isinstance(again, Proposal) or again.step.kind != "understanding_call"

    def test_long_ago_is_history(self) -> None:
        assert self.asked(60).reason["code"] == "understanding_call"
        assert self.asked(61).reason["code"] != "understanding_call"

    def test_is_not_asked_about_what_is_held(self) -> None:
        held = owed(issued=-60, due=-30, held="dispute")

        assert isinstance(self.asked(2, held), Silence)


class TestSoftening:
    def test_keeps_touches_further_apart_and_in_its_tone(self) -> None:
        made = (Made(ONE, "follow_up", TODAY - timedelta(days=6)),)
        soft = Softened(14, "help")

        assert isinstance(decide(LATE, made=made), Proposal)
        assert isinstance(decide(LATE, made=made, softened=soft), Silence)
        long_ago = (Made(ONE, "follow_up", TODAY - timedelta(days=14)),)
        found = decide(LATE, made=long_ago, softened=soft)
        assert isinstance(found, Proposal)
        assert found.tone == "help"


class TestParsePolicy:
    @pytest.mark.parametrize(
        "fault",
        [
            {"steps": [STEP, STEP]},
            {"steps": [STEP | {"key": "callback"}]},
            {"steps": [STEP | {"first": {"anchor": "birthday", "days": 1}}]},
            {"spacing_days": 0},
            {"steps": [STEP | {"tone": "stern"}]},
            {"understanding": POLICY_UNDERSTANDING | {"tone": "stern"}},
            {"steps": [STEP | {"key": "understanding_call"}]},
            {"understanding": POLICY_UNDERSTANDING | {"after_days": -1}},
            {"understanding": POLICY_UNDERSTANDING | {"within_days": 1}},
            {"colour": "blue"},
        ],
    )
    def test_names_the_file_of_a_fault(self, fault: dict[str, Any]) -> None:
        assert parse_policy(POLICY, source="p.toml").key == "p"

        with pytest.raises(Invalid, match=r"p\.toml"):
            parse_policy(POLICY | fault, source="p.toml")

    def test_is_gentle_by_default(self) -> None:
        assert GENTLE.spacing_days >= 5
        assert GENTLE.steps[0].kind == "courtesy_call"
