"""The clock, and a rehearsal's clock."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from carecredit.kernel import clock
from carecredit.kernel.errors import Invalid


class TestAnInstant:
    @pytest.mark.parametrize(
        "text", ["2026-06-08T09:00:00+02:00", "2026-06-08T07:00:00Z", "2026-06-08T07:00:00+00:00"]
    )
    def test_is_read_into_utc(self, text: str) -> None:
        assert clock.parse_instant(text) == datetime(2026, 6, 8, 7, tzinfo=UTC)
        assert clock.parse_instant(text).tzinfo is UTC

    @pytest.mark.parametrize("text", ["2026-06-08T09:00:00", "2026-06-08", "yesterday", ""])
    def test_without_its_offset_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid, match="with its offset"):
            clock.parse_instant(text)

    @pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
    def test_beyond_the_calendar_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid):
            clock.parse_instant(text)


class TestTheClock:
    def test_is_aware_and_in_utc(self) -> None:
        assert clock.now().tzinfo is UTC

    def test_of_a_rehearsal_is_read_at_each_look(self, tmp_path: Path) -> None:
        hands = tmp_path / "clock"
        look = clock.from_file(hands)

        hands.write_text("2026-06-08T09:00:00+02:00\n", encoding="ascii")
        first = look()
        hands.write_text("2026-06-09T09:00:00+02:00\n", encoding="ascii")

        assert (first.day, look().day) == (8, 9)
