"""What readers see of the desk's own work."""

import msgspec


class Pulse(msgspec.Struct, frozen=True):
    """What one pulse did for a client company."""

    client: str
    promises_kept: int
    promises_broken: int
    planned: int
    kept: int
    cancelled: int
    silent: dict[str, int]
