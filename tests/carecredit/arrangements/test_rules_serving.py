"""Each euro serves one word; the order in which things are told changes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.arrangements.rules import (
    Claim,
    PromiseState,
    Received,
    Share,
    judge,
    serve,
    served,
)
from carecredit.kernel.ids import EntryId, InvoiceId, new_ids

DAY = date(2026, 6, 8)
NOON = datetime(2026, 6, 8, 12, tzinfo=UTC)
ENTRIES = [EntryId(key) for key in new_ids(6)]
WORDS = new_ids(5)
INVOICES = [InvoiceId(key) for key in new_ids(3)]
offsets = st.integers(0, 20)


@st.composite
def payments(draw: st.DrawFn) -> list[Received]:
    found = []
    for key in ENTRIES[: draw(st.integers(0, 6))]:
        minor = draw(st.integers(0, 300))
        on = DAY + timedelta(days=draw(offsets))
        placed = {draw(st.sampled_from(INVOICES)): draw(st.integers(0, minor))} if minor else {}
        found.append(Received(key, on, minor, NOON + timedelta(days=draw(offsets)), placed))
    return found


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    found = []
    for key in WORDS[: draw(st.integers(0, 5))]:
        first = DAY + timedelta(days=draw(offsets))
        only = frozenset(draw(st.sets(st.sampled_from(INVOICES), min_size=1)))
        found.append(
            Claim(
                key=(key, draw(st.integers(0, 3))),
                due_on=DAY + timedelta(days=draw(offsets)),
                first=first,
                last=first + timedelta(days=draw(offsets)),
                wanted_minor=draw(st.integers(1, 400)),
                only=only if draw(st.booleans()) else None,
                never=frozenset(draw(st.sets(st.sampled_from(INVOICES)))),
                known_after=NOON if draw(st.booleans()) else None,
            )
        )
    return found


spent = st.dictionaries(st.sampled_from(ENTRIES), st.integers(1, 100))


class TestServe:
    @given(payments(), claims(), spent)
    def test_lets_no_euro_serve_two(
        self, money: list[Received], asked: list[Claim], gone: dict[EntryId, int]
    ) -> None:
        shares = serve(money, asked, gone)

        for one in money:
            used = sum(share.minor for share in shares if share.entry_id == one.entry_id)
            assert used <= max(0, one.minor - gone.get(one.entry_id, 0))
        for claim in asked:
            assert served(shares).get(claim.key, 0) <= claim.wanted_minor
        assert all(share.minor > 0 for share in shares)

    @given(payments(), claims(), spent, st.randoms(use_true_random=False))
    def test_does_not_hang_on_the_order_in_which_things_are_told(
        self,
        money: list[Received],
        asked: list[Claim],
        gone: dict[EntryId, int],
        chance: object,
    ) -> None:
        before = serve(money, asked, gone)
        mixed_money, mixed = list(money), list(asked)
        chance.shuffle(mixed_money)  # type: ignore[attr-defined] # a random of Hypothesis
        chance.shuffle(mixed)  # type: ignore[attr-defined] # the same

        assert serve(mixed_money, mixed, gone) == before

    @given(payments(), claims(), spent)
    def test_leaves_the_others_as_they_were_once_a_word_is_closed(
        self, money: list[Received], asked: list[Claim], gone: dict[EntryId, int]
    ) -> None:
        before = serve(money, asked, gone)
        for closed in asked:
            fixed = dict(gone)
            for share in before:
                if share.key == closed.key:
                    fixed[share.entry_id] = fixed.get(share.entry_id, 0) + share.minor
            rest = serve(money, [one for one in asked if one.key != closed.key], fixed)

            assert set(rest) == {share for share in before if share.key != closed.key}

    def test_takes_the_oldest_money_for_what_falls_due_first(self) -> None:
        early, late = Received(ENTRIES[0], DAY, 60, NOON), Received(ENTRIES[1], DAY, 60, NOON)
        soon, later = (
            Claim((key, 0), DAY + timedelta(days=ahead), DAY, DAY + timedelta(days=9), 80)
            for key, ahead in ((WORDS[1], 1), (WORDS[0], 2))
        )

        assert serve([late, early], [later, soon], {}) == (
            Share(soon.key, early.entry_id, 60),
            Share(soon.key, late.entry_id, 20),
            Share(later.key, late.entry_id, 40),
        )

    def test_counts_no_money_that_stands_on_another_invoice(self) -> None:
        paid = Received(ENTRIES[0], DAY, 100, NOON, {INVOICES[0]: 70})
        plan = Claim((WORDS[0], 1), DAY, DAY, DAY, 100, only=frozenset({INVOICES[1]}))

        assert served(serve([paid], [plan], {})) == {plan.key: 30}


class TestJudge:
    @pytest.mark.parametrize(
        ("came", "late", "open_minor", "state"),
        [
            (100, False, None, PromiseState.KEPT),
            (150, False, None, PromiseState.KEPT),
            (99, False, None, PromiseState.ACTIVE),
            (0, True, 50, PromiseState.BROKEN),
            (1, True, 50, PromiseState.PARTLY_KEPT),
            (99, True, 1, PromiseState.PARTLY_KEPT),
            (0, True, 0, PromiseState.CANCELLED),
            (40, True, 0, PromiseState.KEPT),
        ],
    )
    def test_says_how_a_promise_stands(
        self, came: int, *, late: bool, open_minor: int | None, state: PromiseState
    ) -> None:
        due = DAY + timedelta(days=1)
        found = judge(
            amount_minor=100,
            came_minor=came,
            due_to_judge_on=due,
            open_minor=open_minor,
            today=due if late else DAY,
        )

        assert found.state is state
        assert found.kept_minor == min(came, 100)
