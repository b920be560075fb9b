"""Contacts over HTTP: somebody comes to us, is recognised, is helped; and what came of it."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ContactId, CustomerId
from carecredit.mandates.views import Client
from carecredit.outreach import operations, queries
from carecredit.outreach.rules import Identified, RightParty, WrapUp, root_causes
from carecredit.team.rules import Right
from carecredit.worklist import queries as worklist
from carecredit.worklist.views import Taken
from carecredit_api.cards import ContactOut, contact_out
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.touches import ClosedOut, check_days, closed_out
from carecredit_api.wire import Sentence, word
from carecredit_api.worklist import TakenOut, taken_out

READ, WORK = needs(Right.READ_CUSTOMERS), needs(Right.WORK)
TAGS = ["Contacts"]


class ContactIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contact that the person began."""

    channel: Annotated[str, word("How the person came: voice, email, sms, ...", "voice")]
    purpose: Annotated[str, word("service, or debt_collection where it is owed.", "service")] = (
        "service"
    )
    topic: Annotated[str | None, word("What about, in a word of your own.", "wrong_amount")] = None
    language: Annotated[str | None, word("Spoken; none: the customer's own.", "it")] = None
    automatic: Annotated[
        bool, msgspec.Meta(description="An out-of-office or a bounce; nobody spoke.")
    ] = False


class RightPartyIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is speaking, and which facts showed it; the facts themselves are not sent."""

    found: Annotated[RightParty, msgspec.Meta(examples=["confirmed"])]
    identified_by: Annotated[
        tuple[Identified, ...],
        msgspec.Meta(
            description="Two facts at least, or signed_in.",
            examples=[["customer_number", "tax_code"]],
        ),
    ] = ()


class LinkOut(msgspec.Struct, frozen=True):
    """What a contact was about, or led to."""

    kind: Annotated[str, word("case, invoice, promise, plan, dispute, ...", "invoice")]
    id: UUID


class ContactSeen(msgspec.Struct, frozen=True):
    """A contact and what hangs on it."""

    contact: ContactOut
    links: tuple[LinkOut, ...]


class CauseOut(msgspec.Struct, frozen=True):
    """A root cause that may be chosen at the wrap-up."""

    code: Annotated[str, word("Its code.", "invoice_unclear")]
    name: Sentence


class Causes(msgspec.Struct, frozen=True):
    """The catalogue of root causes."""

    items: tuple[CauseOut, ...]


@post(
    "/customers/{customer_id:uuid}/contacts", operation_id="receive_contact", tags=TAGS,
    summary="Begin a contact the person began", sync_to_thread=True, opt=WORK,
)  # fmt: skip
def receive_contact(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[ContactIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ContactSeen]:
    """Begin a contact that the person began; it is in your hands until you wrap it up."""

    def act(session: Session, found: Client) -> ContactSeen:
        told = operations.NewContact(customer_id, **msgspec.structs.asdict(data))
        contact_id = operations.receive(
            session,
            client_id=found.id,
            contact=told,
            operator_id=visit.key.operator_id,
            now=visit.now,
        )
        return _seen(session, found, contact_id)

    return visit.act(client, idempotency_key, act)


@post(
    "/customers/{customer_id:uuid}/calls", operation_id="call_customer", tags=TAGS,
    summary="Call a customer of your own motion", sync_to_thread=True, opt=WORK,
)  # fmt: skip
def call_customer(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[TakenOut]:
    """Take a call that the person may expect of us: our word, a reminder, thanks, a case."""

    def act(session: Session, found: Client) -> TakenOut:
        call = operations.call_out(
            session,
            client_id=found.id,
            customer_id=customer_id,
            operator_id=visit.key.operator_id,
            now=visit.now,
        )
        card = worklist.card(session, client_id=found.id, touch_id=call.touch_id, now=visit.now)
        return taken_out(Taken(call, card), visit.today(found))

    return visit.act(client, idempotency_key, act)


@get(
    "/contacts/{contact_id:uuid}", operation_id="read_contact", tags=TAGS, sync_to_thread=True,
    summary="Read a contact", opt=READ,
)  # fmt: skip
def read_contact(
    visit: NamedDependency[Visit], contact_id: FromPath[ContactId], client: ClientCode = None
) -> ContactSeen:
    """Read one contact and what hangs on it."""
    with visit.reading() as session:
        return _seen(session, visit.client(session, client), contact_id)


@post(
    "/contacts/{contact_id:uuid}/right-party", operation_id="confirm_right_party", tags=TAGS,
    summary="Confirm the right person", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def confirm_right_party(
    visit: NamedDependency[Visit],
    contact_id: FromPath[ContactId],
    data: JSONBody[RightPartyIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ContactSeen]:
    """Write down who is speaking before any word of money; it lasts for this contact."""

    def act(session: Session, found: Client) -> ContactSeen:
        operations.confirm_right_party(
            session,
            client_id=found.id,
            contact_id=contact_id,
            operator_id=visit.key.operator_id,
            found=data.found,
            identified_by=data.identified_by,
            now=visit.now,
        )
        return _seen(session, found, contact_id)

    return visit.act(client, idempotency_key, act)


@post(
    "/contacts/{contact_id:uuid}/take-over", operation_id="take_over_contact", tags=TAGS,
    summary="Take a contact over", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def take_over(
    visit: NamedDependency[Visit],
    contact_id: FromPath[ContactId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ContactSeen]:
    """Take a contact that has not ended over from a colleague; what was confirmed stays."""

    def act(session: Session, found: Client) -> ContactSeen:
        operations.take_over(
            session,
            client_id=found.id,
            contact_id=contact_id,
            operator_id=visit.key.operator_id,
            now=visit.now,
        )
        return _seen(session, found, contact_id)

    return visit.act(client, idempotency_key, act)


@post(
    "/contacts/{contact_id:uuid}/wrap-up", operation_id="wrap_up_contact", tags=TAGS,
    summary="Wrap a contact up", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def wrap_up(
    visit: NamedDependency[Visit],
    contact_id: FromPath[ContactId],
    data: JSONBody[WrapUp],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ClosedOut]:
    """Close a contact: outcome, cause, promise, dispute, call-back; all of it or nothing."""
    check_days(data)

    def act(session: Session, found: Client) -> ClosedOut:
        return closed_out(
            operations.wrap_up(
                session,
                client_id=found.id,
                contact_id=contact_id,
                operator_id=visit.key.operator_id,
                wrap_up=data,
                now=visit.now,
            )
        )

    return visit.act(client, idempotency_key, act)


@get(
    "/root-causes", operation_id="list_root_causes", tags=TAGS, sync_to_thread=False,
    summary="List root causes", opt=READ,
)  # fmt: skip
def list_root_causes() -> Causes:
    """List the root causes that a wrap-up may name; nobody's responsibility is none of them."""
    return Causes(
        tuple(CauseOut(code, {"en": it.en, "it": it.it}) for code, it in root_causes().items())
    )


def _seen(session: Session, client: Client, contact_id: ContactId) -> ContactSeen:
    it = queries.contact(session, client_id=client.id, contact_id=contact_id)
    links = queries.links_of(session, client_id=client.id, contact_ids=[contact_id])
    return ContactSeen(contact_out(it), tuple(LinkOut(each.kind, each.linked_id) for each in links))


HANDLERS = (
    call_customer,
    receive_contact,
    read_contact,
    confirm_right_party,
    take_over,
    wrap_up,
    list_root_causes,
)
