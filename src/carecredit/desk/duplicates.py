"""Persons that may be one, from a desk: proposed with reasons, merged or not by somebody's word."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from carecredit.customers import operations, queries, views
from carecredit.customers.queries import customer_by_number
from carecredit.kernel.clock import Clock
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import MergeId, PersonId
from carecredit.mandates import queries as mandates
from carecredit.store.session import Caller, Store


class Duplicates:
    """Duplicates among people; each call is one transaction.

    A person is named by its id, or by a card of theirs: `CODE:NUMBER`, the client company and its
    number of the customer.
    """

    def __init__(self, store: Store, caller: Caller, now: Clock) -> None:
        self._store, self._caller, self._now = store, caller, now

    def proposed(
        self,
        *,
        client: str,
        person: str | UUID | None = None,
        after: tuple[PersonId, PersonId] | None = None,
        limit: int | None = None,
    ) -> list[views.Duplicate]:
        """List pairs of persons that may be one, with reasons; nothing is changed by it."""
        with self._store.read(self._caller) as session:
            return queries.duplicates(
                session,
                client_id=mandates.client_by_code(session, code=client).id,
                person_id=None if person is None else _person(session, person, "person"),
                after=after,
                limit=limit,
            )

    def reject(self, one: str | UUID, other: str | UUID, *, reason: str) -> None:
        """Say that two are not one: they are not proposed again."""
        with self._store.begin(self._caller) as session:
            operations.reject_duplicate(
                session,
                one_id=_person(session, one, "one_id"),
                other_id=_person(session, other, "other_id"),
                reason=reason,
                **self._who(),
            )

    def merge(self, kept: str | UUID, gone: str | UUID, *, reason: str) -> views.Merge:
        """Say that two are one: all that was the second's is the first's, the stricter holds."""
        with self._store.begin(self._caller) as session:
            return operations.merge_persons(
                session,
                kept_id=_person(session, kept, "kept_id"),
                gone_id=_person(session, gone, "gone_id"),
                reason=reason,
                **self._who(),
            )

    def undo(self, merge_id: UUID) -> views.Parted:
        """Part two again, exactly; what came since stays with the person kept, and is told."""
        with self._store.begin(self._caller) as session:
            return operations.undo_merge(session, merge_id=MergeId(merge_id), **self._who())

    def merges(self, person: str | UUID) -> list[views.Merge]:
        """List the merges of a person, the latest first, those undone as well."""
        with self._store.read(self._caller) as session:
            return queries.merges_of(session, person_id=_person(session, person, "person"))

    def _who(self) -> dict[str, Any]:
        return {"by": self._caller.name, "now": self._now()}


def _person(session: Session, named: str | UUID, field: str) -> PersonId:
    if isinstance(named, UUID):
        return PersonId(named)
    code, colon, number = named.partition(":")
    if colon:
        client_id = mandates.client_by_code(session, code=code).id
        card = customer_by_number(session, client_id=client_id, number=number)
        return queries.person_of(session, client_id=client_id, customer_id=card.id)
    try:
        return PersonId(UUID(named))
    except ValueError as error:
        way_out = f"{named!r} names no person: write its id, or CODE:NUMBER of a card of theirs"
        raise Invalid(way_out, field=field) from error
