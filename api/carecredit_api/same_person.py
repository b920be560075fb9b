"""Who may be the same person, on a page: proposals, merges made, and what a form says of them."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import BodyKwarg
from litestar.response import Redirect
from sqlalchemy.orm import Session

from carecredit.customers import operations, queries
from carecredit.customers.rules import told_reason
from carecredit.customers.views import PersonCard
from carecredit.kernel.ids import CustomerId, MergeId, PersonId
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.metrics.numerals import Language
from carecredit.team.rules import Right, may
from carecredit_api.console import person_views as views
from carecredit_api.console.assets import PAGE_HEADERS
from carecredit_api.deps import Visit
from carecredit_api.pages import check_form
from carecredit_api.security import needs

SHOWN_MAX = 5
OF_A_FORM = needs(Right.MERGE_PEOPLE, page=True, form=True)
_Text = Annotated[str, msgspec.Meta(max_length=200)]
Asked = Request[Any, Any, Any]


class TwoForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page says of two persons: that they are one, or are not."""

    csrf: _Text
    client: _Text
    customer_id: CustomerId
    kept_id: PersonId
    gone_id: PersonId
    reason: _Text


class UndoForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page says of a merge: that it was none."""

    csrf: _Text
    client: _Text
    customer_id: CustomerId
    merge_id: MergeId


Two = Annotated[TwoForm, BodyKwarg(media_type=RequestEncodingType.URL_ENCODED)]
Undo = Annotated[UndoForm, BodyKwarg(media_type=RequestEncodingType.URL_ENCODED)]


def same_person(
    session: Session, visit: Visit, client: Client, customer_id: CustomerId, language: Language
) -> views.SamePerson | None:
    """Gather who may be the same person as a customer; none for who may not decide it."""
    if not may(visit.key.role, Right.MERGE_PEOPLE):
        return None
    person_id = queries.person_of(session, client_id=client.id, customer_id=customer_id)
    codes = {each.id: each.code for each in mandates.clients(session)}
    proposed = queries.duplicates(
        session, client_id=client.id, person_id=person_id, limit=SHOWN_MAX
    )

    def card(told: PersonCard) -> str:
        return f"{told.name or told.number} ({codes[told.client_id]} {told.number})"

    return views.SamePerson(
        person_id=person_id,
        customer_id=customer_id,
        proposed=tuple(
            views.MayBe(
                it.second_id if it.first_id == person_id else it.first_id,
                tuple(map(card, it.second if it.first_id == person_id else it.first)),
                tuple(told_reason(reason)[language] for reason in it.reasons),
            )
            for it in proposed
        ),
        merges=tuple(
            views.MergeLine(it.id, it.reason, it.merged_by, it.merged_at)
            for it in queries.merges_of(session, person_id=person_id)
            if it.undone_at is None
        ),
    )


@post(
    "/people/merge", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def merge_on_page(request: Asked, visit: NamedDependency[Visit], data: Two) -> Redirect:
    """Take somebody's word that two persons are one."""

    def act(session: Session, **who: Any) -> None:
        operations.merge_persons(
            session, kept_id=data.kept_id, gone_id=data.gone_id, reason=data.reason, **who
        )

    return _done(request, visit, data, act)


@post(
    "/people/reject", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def reject_on_page(request: Asked, visit: NamedDependency[Visit], data: Two) -> Redirect:
    """Take somebody's word that two persons are not one."""

    def act(session: Session, **who: Any) -> None:
        operations.reject_duplicate(
            session, one_id=data.kept_id, other_id=data.gone_id, reason=data.reason, **who
        )

    return _done(request, visit, data, act)


@post(
    "/people/undo", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def undo_on_page(request: Asked, visit: NamedDependency[Visit], data: Undo) -> Redirect:
    """Part two persons again; the page then says how much came since and stays."""

    def act(session: Session, **who: Any) -> int:
        parted = operations.undo_merge(session, merge_id=data.merge_id, **who)
        return sum(parted.stayed.values())

    return _done(request, visit, data, act)


def _done(
    request: Asked,
    visit: Visit,
    data: TwoForm | UndoForm,
    act: Callable[..., int | None],
) -> Redirect:
    check_form(request, data.csrf)
    with visit.writing() as session:
        code = visit.client(session, data.client).code
        stayed = act(session, by=visit.caller.name, now=visit.now)
    back = {"client": code} | ({} if stayed is None else {"stayed": str(stayed)})
    return Redirect(
        f"/people/{data.customer_id}", status_code=303, query_params=back, headers=PAGE_HEADERS
    )


HANDLERS = (merge_on_page, reject_on_page, undo_on_page)
