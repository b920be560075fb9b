"""The work at hand from a desk: tasks with a lease, and what the rules propose for a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from carecredit.customers.queries import customer_by_number
from carecredit.desk.book import wanted
from carecredit.kernel.clock import Clock
from carecredit.kernel.ids import ChoiceId, ContactId, OperatorId
from carecredit.mandates import queries as mandates
from carecredit.store.session import Caller, Store
from carecredit.worklist import operations, queries, views
from carecredit.worklist.rules import Decision, Proposal, TaskKind


class Work:
    """Tasks and proposals; each call is one transaction."""

    def __init__(self, store: Store, caller: Caller, now: Clock) -> None:
        self._store, self._caller, self._now = store, caller, now

    def tasks(
        self, *, client: str | None = None, kinds: Sequence[str] = (), limit: int = 50
    ) -> list[views.Task]:
        """List what there is to do besides calling, best first."""
        with self._store.read(self._caller) as session:
            return queries.tasks(
                session,
                client_ids=[one.id for one in wanted(session, client)],
                kinds=[TaskKind(kind) for kind in kinds],
                now=self._now(),
                limit=limit,
            )

    def claim(
        self, subject: UUID, *, client: str, kind: str, operator_id: OperatorId | None = None
    ) -> views.Task:
        """Take a task for the length of a lease."""
        task: views.Task = self._act(operations.claim, client, kind, subject, operator_id)
        return task

    def take_over(
        self, subject: UUID, *, client: str, kind: str, operator_id: OperatorId | None = None
    ) -> views.Task:
        """Take a task out of another's hands."""
        task: views.Task = self._act(operations.take_over, client, kind, subject, operator_id)
        return task

    def give_back(
        self, subject: UUID, *, client: str, kind: str, operator_id: OperatorId | None = None
    ) -> None:
        """Give a task back, undone."""
        self._act(operations.give_back, client, kind, subject, operator_id)

    def next_action(self, *, client: str, customer: str) -> Proposal | None:
        """Propose what to do next with a customer (by number), and say why."""
        with self._store.read(self._caller) as session:
            return queries.next_action(
                session, now=self._now(), **self._whom(session, client, customer)
            )

    def choose(
        self,
        decision: str,
        *,
        client: str,
        customer: str,
        chosen: str | None = None,
        reason: str = "",
        contact: ContactId | None = None,
    ) -> ChoiceId:
        """Record that a proposal was accepted, changed or rejected."""
        with self._store.begin(self._caller) as session:
            return operations.choose(
                session,
                decision=Decision(decision),
                chosen=chosen,
                reason=reason,
                contact_id=contact,
                now=self._now(),
                **self._whom(session, client, customer),
            )

    def choices(self, *, client: str, since: datetime, until: datetime) -> list[views.RuleChoices]:
        """Count by rule what became of its proposals."""
        with self._store.read(self._caller) as session:
            client_id = mandates.client_by_code(session, code=client).id
            return queries.choices(session, client_id=client_id, since=since, until=until)

    def _act(
        self, act: Any, client: str, kind: str, subject: UUID, operator_id: OperatorId | None
    ) -> Any:
        with self._store.begin(self._caller) as session:
            return act(
                session,
                client_id=mandates.client_by_code(session, code=client).id,
                kind=TaskKind(kind),
                subject_id=subject,
                operator_id=operator_id,
                now=self._now(),
            )

    def _whom(self, session: Session, client: str, customer: str) -> dict[str, Any]:
        client_id = mandates.client_by_code(session, code=client).id
        found = customer_by_number(session, client_id=client_id, number=customer)
        return {"client_id": client_id, "customer_id": found.id}
