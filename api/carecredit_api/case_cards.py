"""What the API shows of a case: how it stands, what happened, its deadlines, our own word."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from carecredit.cases import views
from carecredit.cases.rules import Deadline, Explained, told_in_words
from carecredit.kernel.ids import CaseId, ContactId, CustomerId, ExpectationId, InvoiceId
from carecredit_api.wire import Amount, Day, Instant, Sentence, amount, word

Version = Annotated[int, msgspec.Meta(description="One more with each event.", examples=[3])]
KindWord = Annotated[str, word("What it is about.", "dispute")]
StateWord = Annotated[str, word("Whose turn it is.", "waiting_client")]
Owner = Annotated[str | None, word("Who takes care of it; none: nobody yet.", "Anna Bianchi")]
Squad = Annotated[str | None, word("Whose it is together.", "Billing")]
Subject = Annotated[str, word("What it is, in a few words.", "The reading is not mine")]
Topic = Annotated[str | None, word("A code of the client company's own.", "meter_reading")]


class CaseOut(msgspec.Struct, frozen=True):
    """One matter as it stands."""

    id: CaseId
    customer_id: CustomerId
    kind: KindWord
    state: StateWord
    subject: Subject
    topic: Topic
    language: Annotated[str, word("Language to speak.", "it")]
    priority: Annotated[str, word("urgent, high, normal or low.", "normal")]
    owner: Owner
    squad: Squad
    opened_at: Instant
    opened_by: Annotated[str, word("Who wrote it down.", "api:Anna Bianchi")]
    changed_at: Instant
    resolved_at: Instant | None
    resolution: Annotated[str | None, word("Why it ended.", "solved")]
    review_on: Annotated[Day | None, msgspec.Meta(description="Look at its hold again then.")]
    tell_owed_since: Annotated[
        Instant | None, msgspec.Meta(description="Handed over; the customer is not told yet.")
    ]
    version: Version
    sentence: Sentence


class ListedCase(msgspec.Struct, frozen=True):
    """A case in a list."""

    case: CaseOut
    next_due_at: Instant | None
    overdue: Annotated[bool, msgspec.Meta(description="A deadline runs whose time has passed.")]


class CaseEventOut(msgspec.Struct, frozen=True):
    """What happened: who brought it about, when, why."""

    position: Version
    code: Annotated[str, word("Code of the event.", "asked_client")]
    sentence: Sentence
    happened_at: Instant
    recorded_at: Instant
    recorded_by: Annotated[str, word("Who wrote it down.", "api:Anna Bianchi")]
    party: Annotated[str, word("customer, operator, client or system.", "operator")]
    reason: Annotated[str, word("Why, or what was said.", "asked for the reading of May")]
    data: dict[str, Any]
    words: dict[str, Any]


class CaseInvoiceOut(msgspec.Struct, frozen=True):
    """An invoice that a case is about; no amount: the whole."""

    invoice_id: InvoiceId
    amount: Amount | None


class DeadlineOut(msgspec.Struct, frozen=True):
    """A deadline: as it stands, and by which versions it was worked out."""

    kind: Annotated[str, word("first_answer, next_answer or resolution.", "first_answer")]
    number: Annotated[int, msgspec.Meta(description="Which round of its kind.", examples=[1])]
    started_at: Instant
    goal_minutes: Annotated[int, msgspec.Meta(description="Of working time.", examples=[480])]
    due_at: Annotated[Instant | None, msgspec.Meta(description="None: it is paused.")]
    outcome: Annotated[str, word("running, paused, met or dropped.", "running")]
    ended_at: Instant | None
    breached_at: Annotated[
        Instant | None, msgspec.Meta(description="When it was missed; it stays missed.")
    ]
    level_version: Annotated[str, word("Version of the service level.", "1")]
    calendar: Annotated[str, word("The working calendar.", "standard")]
    calendar_version: Annotated[str, word("Its version.", "2")]
    sentence: Sentence


class IntervalOut(msgspec.Struct, frozen=True):
    """A stretch of time that counted, or was left out, and why."""

    start: Instant
    end: Instant
    counted: bool
    why: Annotated[str, word("open, closed, or whom we waited for.", "closed")]
    sentence: Sentence
    calendar_version: Annotated[str, word("Version of the calendar.", "2")]


class ExplainedOut(msgspec.Struct, frozen=True):
    """A deadline with all that was counted and left out for it."""

    deadline: DeadlineOut
    intervals: tuple[IntervalOut, ...]
    counted_seconds: int
    left_out_seconds: Annotated[
        int, msgspec.Meta(description="Working time that pauses took.", examples=[7200])
    ]


class ExpectationOut(msgspec.Struct, frozen=True):
    """What we gave a customer to expect, by when, and what became of it."""

    id: ExpectationId
    customer_id: CustomerId
    case_id: CaseId | None
    contact_id: ContactId | None
    purpose: Annotated[str, word("answer, hand_over, or a code of your own.", "answer")]
    what: Annotated[str, word("In the words that were said.", "You will hear by Friday")]
    due_at: Instant
    given_at: Instant
    given_by: Annotated[str, word("Who gave it.", "api:Anna Bianchi")]
    state: Annotated[str, word("open, kept, broken or withdrawn.", "open")]
    fulfilled_at: Instant | None
    closed_at: Instant | None
    closed_by: Annotated[str | None, word("Who said what became of it.", "api:Anna Bianchi")]
    reason: Annotated[str, word("Why it was taken back.", "solved at once")]


class WholeCaseOut(msgspec.Struct, frozen=True):
    """A case with all that belongs to it."""

    case: CaseOut
    events: tuple[CaseEventOut, ...]
    invoices: tuple[CaseInvoiceOut, ...]
    deadlines: tuple[DeadlineOut, ...]
    expectations: tuple[ExpectationOut, ...]
    allowed: Annotated[
        tuple[str, ...], word("Events that an operator may bring about now.", "answered")
    ]


def case_out(it: views.Case) -> CaseOut:
    """Show a case."""
    facts = {name: getattr(it, name) for name in CaseOut.__struct_fields__ if name != "sentence"}
    return CaseOut(**facts, sentence=told_in_words("state", it.state))


def listed_out(it: views.Listed) -> ListedCase:
    """Show a case of a list."""
    return ListedCase(case_out(it.case), it.next_due_at, it.overdue)


def event_out(it: views.CaseEvent) -> CaseEventOut:
    """Show an event."""
    facts = {name: getattr(it, name) for name in views.CaseEvent.__struct_fields__}
    told = {"data": dict(it.data), "words": dict(it.words)}
    return CaseEventOut(**(facts | told), sentence=told_in_words("event", it.code))


def deadline_out(it: Deadline) -> DeadlineOut:
    """Show a deadline."""
    facts = {name: getattr(it, name) for name in Deadline.__struct_fields__}
    words = {"kind": it.kind.value, "outcome": it.outcome.value}
    return DeadlineOut(**(facts | words), sentence=told_in_words("deadline", it.kind))


def explained_out(it: Explained) -> ExplainedOut:
    """Show what counted for a deadline."""
    intervals = (
        IntervalOut(
            one.start, one.end, one.counted, one.why, told_in_words("why", one.why),
            one.calendar_version,
        )
        for one in it.intervals
    )  # fmt: skip
    deadline = deadline_out(it.deadline)
    return ExplainedOut(deadline, tuple(intervals), it.counted_seconds, it.left_out_seconds)


def expectation_out(it: views.Expectation) -> ExpectationOut:
    """Show what we gave to expect."""
    return ExpectationOut(*msgspec.structs.astuple(it))


def whole_out(it: views.WholeCase, currencies: Mapping[InvoiceId, str]) -> WholeCaseOut:
    """Show a case with all that belongs to it."""
    return WholeCaseOut(
        case_out(it.case),
        tuple(map(event_out, it.events)),
        tuple(
            CaseInvoiceOut(
                one.invoice_id,
                None
                if one.amount_minor is None
                else amount(one.amount_minor, currencies[one.invoice_id]),
            )
            for one in it.invoices
        ),
        tuple(map(deadline_out, it.deadlines)),
        tuple(map(expectation_out, it.expectations)),
        it.allowed,
    )
