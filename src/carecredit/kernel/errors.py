"""The error root and its three kinds; nobody here knows HTTP.

A refusal that a rule foresees is a value (a verdict with reasons). These are for the caller's
mistake, for what does not exist, and for what may not be done.
"""

from typing import ClassVar


class CareCreditError(Exception):
    """Something the caller can read and act on, with a code that never changes."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(CareCreditError):
    """What was asked for does not exist, or is not yours to see."""

    code: ClassVar[str] = "not_found"


class Invalid(CareCreditError):
    """A value does not say what it must; the message names it and the way out."""

    code: ClassVar[str] = "invalid"


class Refused(CareCreditError):
    """The request is well formed and may not be carried out as things stand."""

    code: ClassVar[str] = "refused"


class Misconfigured(CareCreditError):
    """The set-up lacks something; the message says what to set."""

    code: ClassVar[str] = "misconfigured"
