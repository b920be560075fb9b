"""Reading merges, and the persons that they are about."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from carecredit.customers import model, views
from carecredit.customers.queries.registry import UnknownCustomer
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, CustomerId, MergeId, PersonId

_MERGE = tuple(getattr(model.Merge, name) for name in views.Merge.__struct_fields__)


class UnknownMerge(NotFound):
    """No such merge, or none that you may see."""

    code = "merge_unknown"


class UnknownPerson(NotFound):
    """No such person, or none that you may see."""

    code = "person_unknown"


def merge(session: Session, *, merge_id: MergeId) -> views.Merge:
    """Read a merge; raises `UnknownMerge`, also where no card of that person may be seen."""
    found = session.execute(select(*_MERGE).where(model.Merge.id == merge_id)).first()
    if found is not None:
        told = views.Merge(*found)
        seen = model.Customer.person_id == present_person(session, person_id=told.kept_id)
        if session.execute(select(model.Customer.id).where(seen).limit(1)).first() is not None:
            return told
    raise UnknownMerge("no such merge", field="merge_id")


def later_merge(session: Session, *, merge: views.Merge) -> MergeId | None:
    """Find the latest merge that stands and that the person kept came into since."""
    table = model.Merge
    return session.execute(
        select(table.id)
        .where(
            table.id != merge.id,
            table.undone_at.is_(None),
            table.id > merge.id,
            or_(table.kept_id == merge.kept_id, table.gone_id == merge.kept_id),
        )
        .order_by(table.id.desc())
        .limit(1)
    ).scalar()


def merges_of(session: Session, *, person_id: PersonId) -> list[views.Merge]:
    """List the merges of a person, the latest first, those undone as well."""
    cards_of_persons(session, person_ids=[person_id])
    table = model.Merge
    rows = session.execute(
        select(*_MERGE)
        .where(or_(table.kept_id == person_id, table.gone_id == person_id))
        .order_by(table.id.desc())
    )
    return [views.Merge(*row) for row in rows]


def present_person(session: Session, *, person_id: PersonId) -> PersonId:
    """Say who a person is by now, at the end of every merge."""
    table = model.Person
    into: PersonId | None = person_id
    while into is not None:
        person_id = into
        into = session.execute(select(table.merged_into).where(table.id == person_id)).scalar()
    return person_id


def standing_person(session: Session, *, person_id: PersonId) -> bool:
    """Say whether a person has not been merged into another."""
    table = model.Person
    query = select(table.id).where(table.id == person_id, table.merged_into.is_not(None))
    return session.execute(query).first() is None


def person_of(session: Session, *, client_id: ClientId, customer_id: CustomerId) -> PersonId:
    """Say which person stands behind a customer."""
    table = model.Customer
    found = session.execute(
        select(table.person_id).where(table.client_id == client_id, table.id == customer_id)
    ).scalar()
    if found is None:
        raise UnknownCustomer("no such customer")
    return found


def cards_of_persons(
    session: Session, *, person_ids: Collection[PersonId]
) -> dict[PersonId, tuple[views.PersonCard, ...]]:
    """List the cards of persons that the caller may see; raises `UnknownPerson` where none is."""
    table = model.Customer
    rows = session.execute(
        select(table.person_id, table.client_id, table.id, table.number, table.name)
        .where(table.person_id.in_(list(person_ids)))
        .order_by(table.client_id, table.number)
    )
    found: dict[PersonId, tuple[views.PersonCard, ...]] = {}
    for row in rows:
        card = views.PersonCard(row.client_id, row.id, row.number, row.name)
        found[row.person_id] = (*found.get(row.person_id, ()), card)
    if found.keys() < set(person_ids):
        raise UnknownPerson("no such person", field="person_id")
    return found
