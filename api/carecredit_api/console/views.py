"""What the pages show, as frozen values; the door fills them, the templates only lay them out."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from carecredit.metrics.numerals import Value

Theme = Literal["light", "dark"]
Channel = Literal["voice", "mail", "message", "letter", "visit", "none"]
KpiKey = Literal["dso", "past_due", "cei", "churn"]


class Client(msgspec.Struct, frozen=True):
    """A client company as its mark shows it; the tint (0 to 7) is for that mark only."""

    key: str
    name: str
    tint: int = 0

    @property
    def initials(self) -> str:
        """Give the letters inside the mark."""
        return "".join(word[0] for word in self.name.split()[:2] if word[0].isalnum()).upper()


class Permission(msgspec.Struct, frozen=True):
    """Whether a person may be contacted, in words of the page's language."""

    allowed: bool
    summary: str
    """Yes, or the first allowed moment, or no."""
    reasons: tuple[str, ...]
    respect: tuple[str, ...]
    """What to respect at the first allowed moment, be that now or later."""


class TaskLine(msgspec.Struct, frozen=True):
    """Something to do besides calling."""

    person_name: str
    client: Client
    why: str
    due_at: datetime
    is_late: bool
    held_by: str | None
    page: str
    kind: str
    subject_id: UUID
    held_until: datetime | None
    is_mine: bool


class HandLine(msgspec.Struct, frozen=True):
    """A contact in the reader's hands that has not ended."""

    person_name: str
    client: Client
    channel: str
    since: datetime
    page: str


class WorklistLine(msgspec.Struct, frozen=True):
    """One planned touch: with whom, for whom, why it exists, what is proposed and when."""

    touch_id: str
    person_name: str
    client: Client
    why: str
    """Why this touch exists, in a sentence of the page's language."""
    step: str
    """What is proposed, in words: courtesy call, written summary."""
    channel: Channel
    opens_at: datetime
    """From when the person may be reached; the page says so if that is still to come."""
    closes_at: datetime | None
    open_minor: int | None
    """What is open on the matter, or None where the touch is not about money."""
    currency: str = "EUR"
    overdue_days: int = 0
    is_disputed: bool = False
    is_callback: bool = False
    is_promise_due: bool = False
    has_care_need: bool = False
    page: str = ""
    """The address of the person's page."""
    statement: str | None = None
    """Where the person's statement of account is, or None where it may not be seen."""
    permission: Permission | None = None


class Kpi(msgspec.Struct, frozen=True):
    """One measure with its course; the last of the trail is its value, None where undefined.

    Days for dso, minor units for past_due, per cent for cei and churn.
    """

    key: KpiKey
    trail: tuple[Value | None, ...]
    compared_on: date | None
    """The day of the trail's last but one, which the change is counted from."""
    currency: str = "EUR"
    share_of_open: Value | None = None
    """For past_due: the per cent of the open balance that it is."""

    @property
    def value(self) -> Value | None:
        """Give the latest value."""
        return self.trail[-1] if self.trail else None

    @property
    def change(self) -> Decimal | None:
        """Give the change from the point before: a per cent for money, else the difference."""
        if len(self.trail) < 2 or self.trail[-1] is None or self.trail[-2] is None:  # noqa: PLR2004 - a change needs two
            return None
        last, before = Decimal(str(self.trail[-1])), Decimal(str(self.trail[-2]))
        if self.key != "past_due":
            return last - before
        return (last - before) / before * 100 if before > 0 else None


class DsoMonth(msgspec.Struct, frozen=True):
    """DSO over three months as of a month's end, and what it would be were all paid on time."""

    on: date
    days: Value | None
    best_possible_days: Value | None


class AgingMonth(msgspec.Struct, frozen=True):
    """What was past due at a month's end, by age; None where the month is not known."""

    on: date
    d1_30_minor: int | None
    d31_60_minor: int | None
    d61_90_minor: int | None
    d91_plus_minor: int | None


class TodayPage(msgspec.Struct, frozen=True):
    """The first page: today's worklist, the measures, and the way on."""

    now: datetime
    zone: tzinfo
    """The operator's zone, for the hours on this page."""
    operator_name: str
    operator_role: str
    clients: tuple[Client, ...]
    """The client companies this operator may answer for."""
    client: Client | None
    """The one chosen, or None for all."""
    lines: tuple[WorklistLine, ...]
    lines_total: int
    kpis: tuple[Kpi, ...]
    dso: tuple[DsoMonth, ...]
    aging: tuple[AgingMonth, ...]
    aging_currency: str
    data_as_of: datetime
    next_call: str
    """The request that takes the next item, as one types it into a shell."""
    csrf: str
    guide_url: str = "https://carecredit.readthedocs.io"
    measured: Client | None = None
    """Whose measures these are; books of several are never put together."""
    finance: bool = False
    """Whether the pages of finance are open to who looks."""
    tasks: tuple[TaskLine, ...] = ()
    """What there is to do besides calling."""
    works: bool = False
    """Whether who looks may take work."""
    hands: tuple[HandLine, ...] = ()
    done: str | None = None
    """What was just done, in words."""
    alert: str | None = None
    """Why something was not done, in words."""


class SignIn(msgspec.Struct, frozen=True):
    """The sign-in page; a wrong key comes back with a reason and without the key."""

    csrf: str
    next_path: str = "/"
    reason: Literal["none", "unknown_key", "expired", "too_many"] = "none"


class ProblemPage(msgspec.Struct, frozen=True):
    """An error told to a person: what happened, what to do, and a reference to quote."""

    status: int
    reference: str = ""
    detail: str = ""
    """A sentence fit to be shown, from a problem that we foresaw; else empty."""
    choices: tuple[tuple[str, str], ...] = ()
    """Where one may go instead: address and name."""
