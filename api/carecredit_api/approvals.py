"""Contact profiles over HTTP: which are on for a client company, and in whose name."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.contact_policy import operations, queries
from carecredit.contact_policy.views import Approval, ProfileState
from carecredit.mandates.views import Client
from carecredit_api.clients import SET_UP
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.policy import READ, TAGS
from carecredit_api.wire import Instant, word

Signer = Annotated[
    str,
    msgspec.Meta(
        description="The person who answers for it.",
        examples=["Anna Bianchi"],
        min_length=1,
        max_length=200,
    ),
]
Key = Annotated[str, word("The profile.", "it_debt_unirec")]
Version = Annotated[str, word("Version of the profile.", "2026-11-22")]


class SaidBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who switches a profile on or off."""

    by: Signer


class ApprovalOut(msgspec.Struct, frozen=True):
    """An approval: who gave it in which version, and who ended it (none: it stands)."""

    profile_key: Key
    version: Version
    approved_by: Signer
    approved_at: Instant
    ended_by: Annotated[str | None, word("Who took it back or approved anew.", "Marco Verdi")]
    ended_at: Instant | None


class ProfileOut(msgspec.Struct, frozen=True):
    """A packaged profile, whether it is on, and every approval, newest first.

    Superseded: approved in a version that is no longer the packaged one, so it is off until it is
    approved again.
    """

    profile_key: Key
    title: Annotated[str, word("What it is.", "Italy: UNIREC code of conduct")]
    version: Version
    jurisdictions: Annotated[
        tuple[str, ...], msgspec.Meta(description="Where it speaks.", examples=[["IT"]])
    ]
    purposes: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Of what it speaks.", examples=[["debt_collection"]]),
    ]
    state: Literal["on", "superseded", "off"]
    may_be_approved: bool
    approvals: tuple[ApprovalOut, ...]


class Profiles(msgspec.Struct, frozen=True):
    """The profiles of a client company."""

    items: tuple[ProfileOut, ...]


@get(
    "/policy/profiles", operation_id="list_profiles", tags=TAGS, sync_to_thread=True,
    summary="List contact profiles and their approvals", opt=READ,
)  # fmt: skip
def list_profiles(visit: NamedDependency[Visit], client: ClientCode = None) -> Profiles:
    """List every packaged profile, whether it is on, and who said so."""
    with visit.reading() as session:
        found = visit.client(session, client)
        states = queries.profile_states(session, client_id=found.id)
    return Profiles(tuple(map(_state, states)))


@post(
    "/policy/profiles/{profile_key:str}/approve", operation_id="approve_profile", tags=TAGS,
    summary="Switch a contact profile on", sync_to_thread=True, status_code=200, opt=SET_UP,
)  # fmt: skip
def approve_profile(
    visit: NamedDependency[Visit],
    profile_key: FromPath[str],
    data: JSONBody[SaidBy],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ApprovalOut]:
    """Switch a profile on in its present version; a later version needs a new approval."""

    def act(session: Session, found: Client) -> ApprovalOut:
        return _approval(
            operations.approve_profile(
                session,
                client_id=found.id,
                profile_key=profile_key,
                approved_by=data.by,
                now=visit.now,
            )
        )

    return visit.act(client, idempotency_key, act)


@post(
    "/policy/profiles/{profile_key:str}/revoke", operation_id="revoke_profile", tags=TAGS,
    summary="Switch a contact profile off", sync_to_thread=True, status_code=200, opt=SET_UP,
)  # fmt: skip
def revoke_profile(
    visit: NamedDependency[Visit],
    profile_key: FromPath[str],
    data: JSONBody[SaidBy],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ApprovalOut]:
    """Switch a profile off; what only it permitted is refused from now on."""

    def act(session: Session, found: Client) -> ApprovalOut:
        return _approval(
            operations.revoke_profile(
                session,
                client_id=found.id,
                profile_key=profile_key,
                revoked_by=data.by,
                now=visit.now,
            )
        )

    return visit.act(client, idempotency_key, act)


def _state(it: ProfileState) -> ProfileOut:
    return ProfileOut(
        profile_key=it.profile_key,
        title=it.title,
        version=it.version,
        jurisdictions=it.jurisdictions,
        purposes=it.purposes,
        state=it.state,
        may_be_approved=it.may_be_approved,
        approvals=tuple(map(_approval, it.approvals)),
    )


def _approval(it: Approval) -> ApprovalOut:
    return ApprovalOut(
        it.profile_key, it.version, it.approved_by, it.approved_at, it.ended_by, it.ended_at
    )


HANDLERS = (list_profiles, approve_profile, revoke_profile)
