"""What the page of a person shows, as frozen values."""

from datetime import date, datetime, tzinfo

import msgspec

from carecredit.kernel.ids import CustomerId, MergeId, PersonId
from carecredit_api.console.act_views import Acts, CaseActs, Choice, Returned
from carecredit_api.console.views import Client, Permission


class Sum(msgspec.Struct, frozen=True):
    """Three amounts of a currency that are never mixed."""

    currency: str
    open_minor: int
    past_due_minor: int
    disputed_minor: int


class InvoiceLine(msgspec.Struct, frozen=True):
    """An open invoice."""

    number: str
    due_on: date
    days_late: int
    open_minor: int
    currency: str
    is_disputed: bool


class NextStep(msgspec.Struct, frozen=True):
    """What the rules propose, in the page's language; a person decides."""

    action: str
    why: str
    say: str
    avoid: tuple[str, ...]
    alternatives: tuple[Choice, ...]
    rule: str
    version: str


class CaseLine(msgspec.Struct, frozen=True):
    """A case in a line."""

    kind: str
    subject: str
    state: str
    next_due_at: datetime | None
    is_late: bool
    acts: CaseActs | None = None
    """None: the reader may write nothing down."""


class Agreement(msgspec.Struct, frozen=True):
    """A promise or a plan."""

    kind: str
    state: str
    amount_minor: int
    currency: str
    next_on: date | None
    since: datetime


class Wishes(msgspec.Struct, frozen=True):
    """How a person wants to be reached, and how not."""

    hours: tuple[str, ...]
    channels: tuple[str, ...]
    silent: tuple[tuple[str | None, str | None], ...]
    consents: tuple[tuple[str, str | None, str | None], ...]
    points: tuple[tuple[str, bool, bool], ...]


class StoryLine(msgspec.Struct, frozen=True):
    """A line of the story."""

    at: datetime
    of_day: bool
    """It has a day and no hour."""
    kind: str
    sentence: str
    by: str | None
    note: str


class MayBe(msgspec.Struct, frozen=True):
    """Somebody who may be the same person, by the cards of theirs, and why."""

    person_id: PersonId
    cards: tuple[str, ...]
    reasons: tuple[str, ...]


class MergeLine(msgspec.Struct, frozen=True):
    """A merge that stands."""

    id: MergeId
    reason: str
    by: str
    at: datetime


class SamePerson(msgspec.Struct, frozen=True):
    """Who may be this person, and who was found to be, the latest first."""

    person_id: PersonId
    customer_id: CustomerId
    proposed: tuple[MayBe, ...]
    merges: tuple[MergeLine, ...]


class Just(msgspec.Struct, frozen=True):
    """What brought the reader to the page."""

    stayed: int | None = None
    done: str | None = None
    """What was just done, as a code."""
    returned: Returned | None = None


NOTHING = Just()


class PersonPage(msgspec.Struct, frozen=True):
    """The person before the debt: who it is, how things stand, what comes next, what happened."""

    now: datetime
    zone: tzinfo
    today: date
    operator_name: str
    operator_role: str
    client: Client
    csrf: str
    finance: bool
    name: str
    number: str
    speaks: str
    permission: Permission
    sums: tuple[Sum, ...]
    invoices: tuple[InvoiceLine, ...]
    next: NextStep | None
    cases: tuple[CaseLine, ...]
    agreements: tuple[Agreement, ...]
    wishes: Wishes
    lines: tuple[StoryLine, ...]
    more: bool
    statement: str
    same: SamePerson | None = None
    """None: the reader may not decide it."""
    stayed: int | None = None
    """How much came since a merge that was just undone, and stays here."""
    acts: Acts | None = None
    """None: the reader may do nothing here."""
    returned: Returned | None = None
    """A form that was refused."""
    done: str | None = None
    """What was just done, in words."""
    own: str = ""
    """The page's own address."""
