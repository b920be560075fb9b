"""Hours by the day of the week as they are written: `mon`, `18:00-21:00`."""

import re
from datetime import time

from carecredit.kernel.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[time, time]
Week = tuple[tuple[Span, ...], ...]
"""Local hours for Monday to Sunday, half-open; an empty day is closed."""

WHOLE_DAY: tuple[Span, ...] = ((time(0), time.max),)
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


def check_day(day: str, *, field: str) -> None:
    """Accept a day of the week by its short name."""
    if day not in DAYS:
        raise Invalid(f"{day!r} is no day; write one of {', '.join(DAYS)}", field=field)


def read_span(text: str, *, field: str) -> Span:
    """Read `18:00-21:00`; `24:00` is the end of the day."""
    found = _SPAN.fullmatch(text)
    if found is None or (found[3] == "24" and found[4] != "00"):
        raise Invalid(f"{text!r} are no hours; write such as 18:00-21:00", field=field)
    start = time(int(found[1]), int(found[2]))
    end = time.max if found[3] == "24" else time(int(found[3]), int(found[4]))
    if end <= start:
        raise Invalid(f"{text!r} ends before it starts; split it at midnight", field=field)
    return start, end


def written_span(span: Span) -> str:
    """Write hours as `read_span` reads them."""
    start, end = span
    return f"{start:%H:%M}-" + ("24:00" if end == time.max else f"{end:%H:%M}")
