"""What customers say of being contacted: consents and preferences."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.customers import operations, queries, views
from carecredit.customers.rules import (
    Basis,
    Consent,
    Preference,
    Scope,
    Stance,
    read_hours,
    written_hours,
)
from carecredit.kernel.ids import ConsentId, CustomerId, PreferenceId
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import LANGUAGE, Instant, word

READ, RECORD = needs(Right.READ_CUSTOMERS), needs(Right.RECORD_WISHES)
TAGS = ["Wishes"]

Channel = Annotated[str | None, word("A channel such as voice; none: every one.", "voice")]
Purpose = Annotated[
    str | None, word("service, debt_collection or marketing; none: all.", "marketing")
]
Proof = Annotated[
    str,
    msgspec.Meta(
        description="What proves it.",
        examples=["letter of 5 June, received on the 8th"],
        min_length=1,
        max_length=1000,
    ),
]
Hours = Annotated[
    dict[str, tuple[str, ...]],
    msgspec.Meta(
        description="Local hours by day (mon to sun); a day not named is all open.",
        examples=[{"mon": ["18:00-21:00"], "fri": []}],
    ),
]
Channels = Annotated[tuple[str, ...], word("Channels; none: every one.", "voice")]
Language = Annotated[
    str, msgspec.Meta(description="Language to speak.", examples=["it"], pattern=LANGUAGE)
]


class Said(msgspec.Struct, frozen=True):
    """How something was said, and who wrote it down when."""

    basis: Basis
    recorded_at: Instant
    recorded_by: Annotated[str, word("Who wrote it down.", "api:Anna Bianchi")]


class ConsentIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Consent, a refusal, or a refusal taken back."""

    stance: Stance
    basis: Basis
    proof: Proof
    channel: Channel = None
    purpose: Purpose = None
    starts_at: Instant | None = None
    """None: now."""
    ends_at: Instant | None = None


class ConsentOut(msgspec.Struct, frozen=True):
    """A statement of consent or refusal, never edited."""

    id: ConsentId
    channel: Channel
    purpose: Purpose
    stance: Stance
    proof: Annotated[str, word("What proves it.", "letter of 5 June")]
    starts_at: Instant
    ends_at: Instant | None
    said: Said


class Consents(msgspec.Struct, frozen=True):
    """What a customer said of consent, oldest known first; the latest of a scope counts."""

    items: tuple[ConsentOut, ...]


class PreferenceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours, channels and language asked for; the whole takes the place of the wish before it."""

    basis: Basis
    hours: Hours | None = None
    hours_for: Channels = ()
    channels: Channels = ()
    language: Language | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class PreferenceOut(msgspec.Struct, frozen=True):
    """A wish as it was stated, never edited."""

    id: PreferenceId
    hours: Hours | None
    hours_for: Channels
    channels: Channels
    language: Language | None
    starts_at: Instant
    ends_at: Instant | None
    said: Said


class Preferences(msgspec.Struct, frozen=True):
    """What a customer asked for, oldest known first; the last that has begun counts."""

    items: tuple[PreferenceOut, ...]


@get(
    "/customers/{customer_id:uuid}/consents", operation_id="list_consents", tags=TAGS,
    summary="List what was said of consent", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_consents(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Consents:
    """List consents and refusals with their proof, oldest known first."""
    said = visit.of_customer(client, customer_id, queries.consents)
    return Consents(tuple(map(_consent, said)))


@post(
    "/customers/{customer_id:uuid}/consents", operation_id="state_consent", tags=TAGS,
    summary="Record consent or a refusal", sync_to_thread=True, status_code=200, opt=RECORD,
)  # fmt: skip
def state_consent(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[ConsentIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ConsentOut]:
    """Record what was said of a channel and purpose; a refusal silences at once."""
    start = data.starts_at or visit.now
    scope = Scope(data.channel, data.purpose)

    def act(session: Session, found: Client) -> ConsentOut:
        operations.state_consent(
            session,
            client_id=found.id,
            customer_id=customer_id,
            consent=Consent(scope, data.stance, start, data.ends_at),
            basis=data.basis,
            proof=data.proof,
            now=visit.now,
        )
        return _consent(queries.consents(session, client_id=found.id, customer_id=customer_id)[-1])

    return visit.act(client, idempotency_key, act)


@get(
    "/customers/{customer_id:uuid}/preferences", operation_id="list_preferences", tags=TAGS,
    summary="List what was asked for", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_preferences(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Preferences:
    """List hours, channels and languages asked for, oldest known first."""
    said = visit.of_customer(client, customer_id, queries.preferences)
    return Preferences(tuple(map(_preference, said)))


@post(
    "/customers/{customer_id:uuid}/preferences", operation_id="prefer", tags=TAGS,
    summary="Record hours, channels and language", sync_to_thread=True, status_code=200,
    opt=RECORD,
)  # fmt: skip
def prefer(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[PreferenceIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PreferenceOut]:
    """Record what a customer asks for; it narrows what the rules allow and never widens it."""
    wish = Preference(
        hours=None if data.hours is None else read_hours(data.hours),
        hours_for=data.hours_for,
        channels=data.channels,
        language=data.language,
        starts_at=data.starts_at or visit.now,
        ends_at=data.ends_at,
    )

    def act(session: Session, found: Client) -> PreferenceOut:
        whom: dict[str, Any] = {"client_id": found.id, "customer_id": customer_id}
        operations.prefer(session, preference=wish, basis=data.basis, now=visit.now, **whom)
        return _preference(queries.preferences(session, **whom)[-1])

    return visit.act(client, idempotency_key, act)


def _consent(said: views.ConsentSaid) -> ConsentOut:
    return ConsentOut(
        said.id,
        said.channel,
        said.purpose,
        Stance(said.stance),
        said.proof,
        said.starts_at,
        said.ends_at,
        Said(Basis(said.basis), said.recorded_at, said.recorded_by),
    )


def _preference(said: views.PreferenceSaid) -> PreferenceOut:
    hours = None if said.hours is None else written_hours(said.hours)
    return PreferenceOut(
        said.id,
        None if hours is None else {day: tuple(spans) for day, spans in hours.items()},
        said.hours_for,
        said.channels,
        said.language,
        said.starts_at,
        said.ends_at,
        Said(Basis(said.basis), said.recorded_at, said.recorded_by),
    )


HANDLERS = (list_consents, state_consent, list_preferences, prefer)
