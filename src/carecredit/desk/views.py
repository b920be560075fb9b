"""What readers see of the desk's own work."""

import msgspec


class Pulse(msgspec.Struct, frozen=True):
    """What one pulse did for a client company."""

    client: str
    promises_kept: int
    promises_broken: int
    cases_paid: int
    """Overdue cases closed, since nothing past due is open any more."""
    words_broken: int
    """Expectations that we gave and that are past their time."""
    planned: int
    kept: int
    cancelled: int
    silent: dict[str, int]
