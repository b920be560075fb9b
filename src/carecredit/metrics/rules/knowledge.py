"""What "known at" means: an instant, or the end of a local day."""

from datetime import date, datetime, timedelta, tzinfo

from carecredit.kernel.calendars import DAY, start_of_day

_LEAST = timedelta(microseconds=1)


def known_until(known_at: date | datetime | None, at: tzinfo) -> datetime | None:
    """Give the last instant whose records are known: a date means the end of that local day."""
    if known_at is None or isinstance(known_at, datetime):
        return known_at
    return start_of_day(known_at + DAY, at) - _LEAST
