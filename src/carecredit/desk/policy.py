"""The contact policy, asked from a desk: each call a transaction of its own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from carecredit.contact_policy import operations, queries
from carecredit.contact_policy.views import Approval, Explanation, ProfileState, Replay
from carecredit.customers import queries as customers
from carecredit.kernel.clock import Clock
from carecredit.kernel.ids import AttemptId, ClientId, CustomerId, InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.outreach.queries import attempts_of, replayed_attempt, simulation
from carecredit.outreach.views import Attempted, Simulation
from carecredit.receivables import queries as receivables
from carecredit.store.session import Caller, Store


class Policy:
    """May a customer be contacted, when first, and why; `clock` says what time it is."""

    def __init__(self, store: Store, caller: Caller, now: Clock) -> None:
        self._store, self._caller, self._now = store, caller, now

    def explain(
        self,
        *,
        client: str,
        customer: str,
        channel: str = "voice",
        purpose: str | None = None,
        debts: Sequence[str] = (),
        requested: bool = False,
        promotion: bool = False,
        at: datetime | None = None,
    ) -> Explanation:
        """Tell whether a customer (by number or id) may be contacted; nothing is reserved.

        `debts` are numbers or ids of invoices; without a purpose what is past due decides it. What
        also promotes anything is marketing too.
        """
        with self._store.read(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            return queries.explanation(
                session,
                client_id=found.id,
                customer_id=_customer(session, found.id, customer),
                channel=channel,
                purpose=purpose,
                debts=[_invoice(session, found.id, each) for each in debts],
                requested=requested,
                promotion=promotion,
                now=at or self._now(),
            )

    def simulate(self, *, client: str, days: int, profiles: Sequence[str] = ()) -> Simulation:
        """Say what the approved profiles (or those named) would have allowed and refused."""
        with self._store.read(self._caller, unhurried=True) as session:
            found = mandates.client_by_code(session, code=client)
            return simulation(session, client=found, days=days, profiles=profiles, now=self._now())

    def attempts(self, *, client: str, customer: str) -> list[Attempted]:
        """List the attempts made at a customer (by number or id), newest first."""
        with self._store.read(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            customer_id = _customer(session, found.id, customer)
            return attempts_of(session, client_id=found.id, customer_id=customer_id)

    def replay(self, *, client: str, attempt: UUID) -> Replay:
        """Take the decision that allowed an attempt once more, from the inputs kept with it."""
        with self._store.read(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            return replayed_attempt(session, client_id=found.id, attempt_id=AttemptId(attempt))

    def profiles(self, *, client: str) -> list[ProfileState]:
        """List the packaged profiles, whether each is on, and every approval there was."""
        with self._store.read(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            return queries.profile_states(session, client_id=found.id)

    def approve(self, *, client: str, profile: str, by: str) -> Approval:
        """Switch a profile on in its present version, in a named person's name."""
        with self._store.begin(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            return operations.approve_profile(
                session,
                client_id=found.id,
                profile_key=profile,
                approved_by=by,
                now=self._now(),
            )

    def revoke(self, *, client: str, profile: str, by: str) -> Approval:
        """Switch a profile off, in a named person's name; its approvals stay in the history."""
        with self._store.begin(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            return operations.revoke_profile(
                session,
                client_id=found.id,
                profile_key=profile,
                revoked_by=by,
                now=self._now(),
            )


def _customer(session: Session, client_id: ClientId, named: str) -> CustomerId:
    """Find a customer by number, else by id; a number that looks like an id is a number first."""
    ids = customers.ids_by_number(session, client_id=client_id, numbers=[named])
    if named in ids:
        return ids[named]
    try:
        return CustomerId(UUID(named))
    except ValueError:
        raise customers.UnknownCustomer(f"no customer {named!r}", field="customer") from None


def _invoice(session: Session, client_id: ClientId, named: str) -> InvoiceId:
    """Find an invoice by number, else by id; a number that looks like an id is a number first."""
    ids = receivables.payable_by_number(session, client_id=client_id, numbers=[named])
    if named in ids:
        return ids[named][0]
    try:
        return InvoiceId(UUID(named))
    except ValueError:
        raise receivables.UnknownInvoice(f"no invoice {named!r}", field="debt") from None
