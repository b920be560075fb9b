"""Contacts from a desk: somebody comes to us, is recognised, is helped, and it is written down."""

from collections.abc import Iterable
from typing import Any

import msgspec

from carecredit.customers.queries import customer_by_number
from carecredit.kernel.clock import Clock
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ContactId, OperatorId
from carecredit.mandates import queries as mandates
from carecredit.outreach import operations, queries, views
from carecredit.outreach.rules import Identified, RightParty, WrapUp
from carecredit.store.session import Caller, Store


class Contacts:
    """The contacts of a client company's customers; each call is one transaction."""

    def __init__(self, store: Store, caller: Caller, now: Clock, *, client: str) -> None:
        self._store, self._caller, self._now, self._code = store, caller, now, client

    def receive(
        self,
        customer: str,
        *,
        channel: str,
        operator_id: OperatorId | None = None,
        **about: Any,
    ) -> ContactId:
        """Begin a contact that a customer (by number) began; `about` as `NewContact` has it."""
        with self._store.begin(self._caller) as session:
            client_id = mandates.client_by_code(session, code=self._code).id
            found = customer_by_number(session, client_id=client_id, number=customer)
            return operations.receive(
                session,
                client_id=client_id,
                contact=operations.NewContact(found.id, channel, **about),
                operator_id=operator_id,
                now=self._now(),
            )

    def call(self, customer: str, *, operator_id: OperatorId | None = None) -> views.Call:
        """Take a call to a customer (by number) now: our word, a reminder, thanks."""
        with self._store.begin(self._caller) as session:
            client_id = mandates.client_by_code(session, code=self._code).id
            found = customer_by_number(session, client_id=client_id, number=customer)
            return operations.call_out(
                session,
                client_id=client_id,
                customer_id=found.id,
                operator_id=operator_id,
                now=self._now(),
            )

    def confirm(
        self,
        contact: ContactId,
        *,
        identified_by: Iterable[str] = (),
        found: str = "confirmed",
        operator_id: OperatorId | None = None,
    ) -> None:
        """Write down who is speaking, before any word of money."""
        with self._store.begin(self._caller) as session:
            operations.confirm_right_party(
                session,
                client_id=mandates.client_by_code(session, code=self._code).id,
                contact_id=contact,
                operator_id=operator_id,
                found=RightParty(found),
                identified_by=[Identified(fact) for fact in identified_by],
                now=self._now(),
            )

    def wrap_up(
        self, contact: ContactId, *, operator_id: OperatorId | None = None, **outcome: Any
    ) -> views.Closed:
        """Close a contact with what it brought; the fields are those of `WrapUp`."""
        said = wrap_up_of(outcome)
        with self._store.begin(self._caller) as session:
            return operations.wrap_up(
                session,
                client_id=mandates.client_by_code(session, code=self._code).id,
                contact_id=contact,
                operator_id=operator_id,
                wrap_up=said,
                now=self._now(),
            )

    def take_over(self, contact: ContactId, *, operator_id: OperatorId | None) -> None:
        """Take a contact that has not ended out of another operator's hands."""
        with self._store.begin(self._caller) as session:
            operations.take_over(
                session,
                client_id=mandates.client_by_code(session, code=self._code).id,
                contact_id=contact,
                operator_id=operator_id,
                now=self._now(),
            )

    def show(self, contact: ContactId) -> views.Contact:
        """Read one contact."""
        with self._store.read(self._caller) as session:
            client_id = mandates.client_by_code(session, code=self._code).id
            return queries.contact(session, client_id=client_id, contact_id=contact)


def wrap_up_of(outcome: dict[str, Any]) -> WrapUp:
    """Read what a wrap-up says out of plain values."""
    try:
        return msgspec.convert(outcome, WrapUp)
    except msgspec.ValidationError as error:
        raise Invalid(f"the wrap-up cannot be read: {error}") from error
