"""The only reader of the system clock.

The edges call a `Clock` once per request, message or command and pass the instant on. A rehearsal
may set the hands: `from_file` reads the instant from a file, so that several processes can live
through past days together (leases never use it; they go by the database's clock).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carecredit.kernel.errors import Invalid

EPOCH, MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
"""Instants as whole numbers are counted from here, as PostgreSQL does."""
Clock = Callable[[], datetime]
"""Whatever says what time it is: an aware instant in UTC."""


def now() -> datetime:
    """Read the system clock, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def from_file(path: Path) -> Clock:
    """Make a clock whose hands are the instant written in a file, read at each look."""

    def rehearsal() -> datetime:
        return parse_instant(path.read_text(encoding="ascii").strip())

    return rehearsal


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant with its offset; one without an offset raises `Invalid`."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):  # unreadable, or beyond the calendar once in UTC
        pass
    raise Invalid(
        f"{text!r} is no instant; write one with its offset, such as 2026-06-08T09:00:00+02:00",
        field="now",
    )
