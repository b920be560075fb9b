"""The contact policy over HTTP: may this person be contacted, when first, why, what to respect."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from carecredit.contact_policy.queries import explanation
from carecredit.contact_policy.rules import FUNCTIONS, Obligation, Reason, Versions, reckon, told_of
from carecredit.contact_policy.rules import Sentence as Told
from carecredit.contact_policy.views import Explanation
from carecredit.kernel.ids import CustomerId, InvoiceId
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Instant, Sentence, read_instant, word

READ = needs(Right.READ_CUSTOMERS)
TAGS = ["Contact policy"]
Channel = Literal["voice", "email", "sms", "messaging", "letter", "push", "visit"]
Purpose = Literal["service", "debt_collection", "marketing"]
Lines = Annotated[
    tuple[str, ...],
    msgspec.Meta(description="In words.", examples=[["zone from country IT"]]),
]


class ReasonOut(msgspec.Struct, frozen=True):
    """Why not now: the rule that says so, where it is written, when it ends by itself."""

    code: Annotated[str, word("What stands in the way.", "outside_window")]
    rule_id: Annotated[str, word("The rule that says so.", "it_debt_unirec.windows")]
    not_before: Instant | None
    sentence: Sentence
    evidence: Lines


class ObligationOut(msgspec.Struct, frozen=True):
    """What the contact must respect if it is made."""

    code: Annotated[str, word("What to respect.", "identity_first")]
    sentence: Sentence
    until: Instant | None


class VersionsOut(msgspec.Struct, frozen=True):
    """By which rules and data the decision was taken."""

    rules: Annotated[
        dict[str, str],
        msgspec.Meta(description="Version by profile.", examples=[{"it_debt_unirec": "1"}]),
    ]
    tzdata: Annotated[str, word("Release of the zone data.", "2026f")]
    holidays: Annotated[str, word("Release of the holiday calendars.", "0.109")]
    phonenumbers: Annotated[str, word("Release of the numbering data.", "9.0.43")]


class VerdictOut(msgspec.Struct, frozen=True):
    """May this person be contacted now, so: yes, later or never, with the reasons."""

    decision: Literal["allow", "defer", "never"]
    at: Instant
    channel: Annotated[str, word("By which channel it was asked.", "voice")]
    purpose: Annotated[str, word("What the contact is about.", "debt_collection")]
    not_before: Instant | None
    summary: Sentence
    first_allowed: Annotated[
        dict[str, str] | None,
        msgspec.Meta(
            description="The first allowed moment on the person's own clock (none: there is none).",
            examples=[
                {
                    "en": "Tuesday 09/06/2026 at 09:00 (Europe/Rome)",
                    "it": "martedì 09/06/2026 alle 09:00 (Europe/Rome)",
                }
            ],
        ),
    ]
    zones: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Where the person may be.", examples=[["Europe/Rome"]]),
    ]
    place: Lines
    reasons: tuple[ReasonOut, ...]
    obligations: Annotated[
        tuple[ObligationOut, ...],
        msgspec.Meta(description="What to respect at the first allowed moment, now or later."),
    ]
    versions: VersionsOut
    inputs_hash: Annotated[
        str, word("SHA-256 of all that the decision was taken on.", "9f86d081884c7d65...")
    ]


class ReckoningIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reckoning asked for by its name, with its inputs, as in a file of worked cases."""

    function: Annotated[
        str,
        msgspec.Meta(
            description=f"One of {', '.join(FUNCTIONS)}.",
            examples=["it_electricity_request"],
            max_length=100,
        ),
    ]
    inputs: Annotated[
        dict[str, Any],
        msgspec.Meta(
            description="What the function takes; one that it does not know is refused.",
            examples=[
                {"received_on": "2026-11-02", "deadline_on": "2026-11-17", "reducible": True}
            ],
        ),
    ]


class ReckoningOut(msgspec.Struct, frozen=True):
    """What a reckoning gives, and how it was reached."""

    function: Annotated[str, word("What was asked.", "it_electricity_request")]
    answers: Annotated[
        dict[str, str],
        msgspec.Meta(
            description="Its answers: days, instants, plain decimals.",
            examples=[{"first_day": "2026-11-28"}],
        ),
    ]
    why: tuple[Sentence, ...]


@get(
    "/customers/{customer_id:uuid}/contactability", operation_id="read_contactability", tags=TAGS,
    summary="Ask whether a contact may be made", sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_contactability(  # noqa: PLR0913, PLR0917 - the parameters of the address
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    channel: Annotated[Channel, QueryParameter(name="channel", description="By which channel.")],
    client: ClientCode = None,
    purpose: Annotated[
        Purpose | None,
        QueryParameter(
            name="purpose",
            description="What the contact is about; none: debt_collection once something is past "
            "due, else service.",
        ),
    ] = None,
    debt: Annotated[
        InvoiceId | None, QueryParameter(name="debt", description="About this invoice, by id.")
    ] = None,
    requested: Annotated[  # noqa: FBT002 - a query parameter, always by name
        bool, QueryParameter(name="requested", description="The customer asked for this contact.")
    ] = False,
    promotion: Annotated[  # noqa: FBT002 - a query parameter, always by name
        bool,
        QueryParameter(name="promotion", description="It also promotes something: marketing too."),
    ] = False,
    at: Annotated[
        str | None,
        QueryParameter(
            name="at", description="As of another instant, with its offset.", max_length=40
        ),
    ] = None,
) -> VerdictOut:
    """Say whether a customer may be contacted on a channel; nothing is reserved by asking."""
    instant: datetime = visit.now if at is None else read_instant(at, field="at")
    with visit.reading() as session:
        found = visit.client(session, client)
        told = explanation(
            session,
            client_id=found.id,
            customer_id=customer_id,
            channel=channel,
            purpose=purpose,
            debts=() if debt is None else (debt,),
            requested=requested,
            promotion=promotion,
            now=instant,
        )
    return verdict_out(told)


@post(
    "/policy/reckonings", operation_id="reckon", tags=TAGS, status_code=200,
    summary="Reckon a notice's first lawful day, or late interest", sync_to_thread=True, opt=READ,
)  # fmt: skip
def make_reckoning(data: JSONBody[ReckoningIn]) -> ReckoningOut:
    """Reckon by the functions that worked cases prove; nothing is stored."""
    told = told_of(reckon(data.function, data.inputs))
    why = tuple(told.pop("why"))
    return ReckoningOut(data.function, told, why)


def verdict_out(told: Explanation) -> VerdictOut:
    """Show a verdict with what a person needs to understand it."""
    verdict = told.verdict
    return VerdictOut(
        decision=verdict.decision,
        at=verdict.at,
        channel=told.channel,
        purpose=told.purpose,
        not_before=verdict.not_before,
        summary=_both(told.summary),
        first_allowed=None if told.first_allowed is None else _both(told.first_allowed),
        zones=told.zones,
        place=told.place,
        reasons=tuple(map(reason_out, verdict.reasons)),
        obligations=tuple(map(_obligation, told.respect)),
        versions=versions_out(verdict.versions),
        inputs_hash=verdict.inputs_hash,
    )


def reason_out(each: Reason) -> ReasonOut:
    """Show a reason with where its rule is written."""
    return ReasonOut(each.code, each.rule_id, each.not_before, _both(each.sentence), each.evidence)


def versions_out(it: Versions) -> VersionsOut:
    """Show by which rules and data a decision is taken."""
    return VersionsOut(it.rules, it.tzdata, it.holidays, it.phonenumbers)


def _obligation(each: Obligation) -> ObligationOut:
    return ObligationOut(each.code, _both(each.sentence), each.until)


def _both(told: Told) -> dict[str, str]:
    return {"it": told.it, "en": told.en}


HANDLERS = (read_contactability, make_reckoning)
