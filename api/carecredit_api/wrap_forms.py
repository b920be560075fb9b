"""The wrap-up as a form on a person's page: flat fields in, one wrap-up out, whole or not."""

import re
from datetime import date, time
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import at_local, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ContactId, CustomerId
from carecredit.mandates.views import Client
from carecredit.outreach import operations
from carecredit.outreach.rules import WrapUp
from carecredit_api.deps import Visit
from carecredit_api.person_forms import (
    OF_A_FORM,
    URL_ENCODED,
    Asked,
    Several,
    acted,
    form_from,
    listed,
    theirs,
)
from carecredit_api.touches import check_days
from carecredit_api.wire import checked_day

FIELDS = {
    "promise": "promise_amount",
    "promise.amount": "promise_amount",
    "promise.currency": "promise_amount",
    "promise.promised_on": "promise_on",
    "callback_at": "callback_on",
    "opens": "case_subject",
    "opens.subject": "case_subject",
    "opens.kind": "case_kind",
    "opens.invoices": "invoices",
    "opens.proof": "case_proof",
    "expects": "word_what",
    "expects.what": "word_what",
    "expects.due_at": "word_by",
    "gap": "gap_text",
    "gap.text": "gap_text",
}
"""What the wrap-up calls a field, and what the page does."""
_AT = re.compile(r"`\$\.([\w.]+)")
_CHOSEN = ("non_payment_reason", "root_cause", "resolved", "mood", "summary")


class WrapForm(Struct, frozen=True, forbid_unknown_fields=True):
    """All that the wrap-up form may say; an empty field says nothing."""

    csrf: str
    key: str
    contact_id: ContactId
    disposition: str = ""
    root_cause: str = ""
    non_payment_reason: str = ""
    resolved: str = ""
    understood: str = ""
    mood: str = ""
    note: str = ""
    promise_amount: str = ""
    promise_currency: str = ""
    promise_on: str = ""
    promise_remind: str = ""
    callback_on: str = ""
    callback_at: str = ""
    callback_zone: str = ""
    word_what: str = ""
    word_by: str = ""
    case_kind: str = ""
    case_subject: str = ""
    case_proof: str = ""
    invoices: Several = ()
    gap_text: str = ""
    summary: str = ""


@post(
    "/people/{customer_id:uuid}/wrap-up", sync_to_thread=True, include_in_schema=False,
    media_type="text/html", status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def wrap_up_on_page(
    request: Asked,
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: Annotated[WrapForm, URL_ENCODED],
) -> Response[Any]:
    """Close the contact in hand: what came of it, and what was agreed."""

    def act(session: Session, client: Client) -> str:
        theirs(session, client, customer_id, data.contact_id)
        wrap_up = wrap_up_of(data)
        check_days(wrap_up)
        operations.wrap_up(
            session,
            client_id=client.id,
            contact_id=data.contact_id,
            operator_id=visit.key.operator_id,
            wrap_up=wrap_up,
            now=visit.now,
        )
        return "wrapped_up"

    return acted(request, visit, customer_id, form_from("wrap_up", data, FIELDS), act)


def wrap_up_of(data: WrapForm) -> WrapUp:
    """Read the form; a part that is begun is told whole, and nothing typed is left out."""
    body: dict[str, Any] = {
        "disposition": data.disposition,
        "note": data.note,
        "promise": _promise(data),
        "callback_at": _callback(data),
        "opens": _case(data),
        "expects": _word(data),
        "gap": _gap(data),
        "understood": {"yes": True, "no": False}.get(data.understood),
    }
    body |= {name: getattr(data, name) or None for name in _CHOSEN}
    try:
        return msgspec.convert(body, WrapUp)
    except msgspec.ValidationError as error:
        found = _AT.search(str(error))
        raise Invalid(str(error), field=found[1] if found else None) from error


def _promise(data: WrapForm) -> dict[str, Any] | None:
    if not (data.promise_amount or data.promise_on or data.promise_remind):
        return None
    return {
        "amount": _plain(data.promise_amount),
        "currency": data.promise_currency,
        "promised_on": _day(data.promise_on, "promise_on"),
        "remind": bool(data.promise_remind),
    }


def _plain(amount: str) -> str:
    """Read a decimal comma as a point; what has both is left to be refused, never guessed."""
    told = amount.strip()
    return told if "." in told else told.replace(",", ".")


def _callback(data: WrapForm) -> Any:
    if not (data.callback_on or data.callback_at):
        return None
    day = _day(data.callback_on, "callback_on")
    try:
        clock = time.fromisoformat(data.callback_at)
    except ValueError as error:
        raise Invalid("say at which hour", field="callback_on") from error
    return at_local(day, clock.replace(tzinfo=None), zone(data.callback_zone))


def _case(data: WrapForm) -> list[dict[str, Any]]:
    invoices = listed(data.invoices)
    if not (data.case_kind or data.case_subject or data.case_proof or invoices):
        return []
    if not data.case_kind:
        raise Invalid("say what kind of matter it is", field="case_kind")
    return [
        {
            "kind": data.case_kind,
            "subject": data.case_subject,
            "proof": data.case_proof,
            "invoices": invoices,
        }
    ]


def _word(data: WrapForm) -> list[dict[str, Any]]:
    if not (data.word_what or data.word_by):
        return []
    return [{"what": data.word_what, "by": _day(data.word_by, "word_by")}]


def _gap(data: WrapForm) -> dict[str, str] | None:
    if not data.gap_text:
        return None
    if not data.root_cause:
        raise Invalid("say what it was about: the gap goes to who can close it", field="root_cause")
    return {"text": data.gap_text, "topic": data.root_cause}


def _day(text: str, field: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("say which day", field=field) from error
    return checked_day(day, field=field)


HANDLERS = (wrap_up_on_page,)
