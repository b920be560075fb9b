"""The order of the worklist: a word given first, then the good a call does."""

from datetime import UTC, datetime, timedelta

from carecredit.cadence.rules import StepKind
from carecredit.worklist.rules import Waiting, priority

NOW = datetime(2026, 6, 8, 7, tzinfo=UTC)


def waiting(days_past_due: int, *, requested: bool = False, hours: int = 0) -> Waiting:
    return Waiting(StepKind.FOLLOW_UP, requested, days_past_due, NOW + timedelta(hours=hours))


class TestPriority:
    def test_puts_a_word_given_first_and_the_long_late_last(self) -> None:
        asked, early, later, courtesy, long = (
            waiting(90, requested=True),
            waiting(1),
            waiting(30, hours=1),
            waiting(0),
            waiting(31),
        )

        found = sorted([long, courtesy, later, early, asked], key=priority)

        assert found == [asked, early, later, courtesy, long]
