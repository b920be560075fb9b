"""The gate of a person: row locks, taken first by every claim and by every stop.

Who shares a contact point is counted as one, and so their gates are taken together: always in the
order of their ids, by one statement. On SQLite the writing transaction itself is the lock: there is
one at a time.
"""

import time
from collections.abc import Iterable

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from carecredit.customers import model, queries
from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import ClientId, CustomerId, PersonId
from carecredit.store.turns import share_turn, take_turn_alone

WHO_IS_WHO = "who_is_who"
TRIES_MAX, PAUSE_SECONDS = 400, 0.02


class GatesBusy(Refused):
    """The persons are not free at the same moment; nothing was changed."""

    code = "person_busy"


def hold_persons_still(session: Session) -> None:
    """While cards are given their persons, none is merged or parted; taken before any gate."""
    share_turn(session, purpose=WHO_IS_WHO)


def change_persons(session: Session) -> None:
    """While persons are merged or parted, no card is given its person; taken before any gate."""
    take_turn_alone(session, purpose=WHO_IS_WHO)


def lock_gate(session: Session, *, person_id: PersonId) -> None:
    """Take the lock of a person and of all who share a contact point, for this transaction."""
    _lock(session, select(model.Person.id).where(model.Person.id == person_id))


def gather_gates(session: Session, *, person_ids: Iterable[PersonId]) -> None:
    """Take the locks of several persons and of all who share a contact point: all of them at once.

    Whoever waited at a gate while its person was merged goes on to the next one, in whatever order;
    so a merge waits holding none. Raises `GatesBusy` where they are not free together in time.
    """
    gates = _gates(select(model.Person.id).where(model.Person.id.in_(list(person_ids))))
    for _ in range(TRIES_MAX):
        attempt = session.begin_nested()
        wanted = set(session.execute(gates).scalars())
        if wanted <= set(session.execute(gates.with_for_update(skip_locked=True)).scalars()):
            attempt.commit()
            return
        attempt.rollback()
        time.sleep(PAUSE_SECONDS)
    raise GatesBusy("others are writing about one of these people; try again in a moment")


def lock_gate_of(session: Session, *, client_id: ClientId, customer_id: CustomerId) -> PersonId:
    """Take the lock of the person behind a customer, and say who it is."""
    query = select(model.Customer.person_id).where(
        model.Customer.client_id == client_id, model.Customer.id == customer_id
    )
    person_id = session.execute(query).scalar()
    while person_id is not None:
        lock_gate(session, person_id=person_id)
        # While we waited, a card may have told that this is somebody we know already.
        behind = session.execute(query).scalar()
        if behind == person_id:
            return person_id
        person_id = behind
    raise queries.UnknownCustomer("no such customer")


def lock_gates_of(
    session: Session, *, client_id: ClientId, customer_ids: Iterable[CustomerId]
) -> None:
    """Take the locks of the persons behind many customers, always in the same order."""
    persons = select(model.Customer.person_id).where(
        model.Customer.client_id == client_id, model.Customer.id.in_(list(customer_ids))
    )
    _lock(session, persons)


def lock_gates_free(
    session: Session, *, client_id: ClientId, customer_ids: Iterable[CustomerId]
) -> list[CustomerId]:
    """Take the locks that nobody holds, and say which of the customers stand behind them.

    For work that looks at many persons and comes round again: it waits for nobody and so can
    never stand in a circle of waiting.
    """
    customer = model.Customer
    rows = session.execute(
        select(customer.id)
        .join(model.Person, model.Person.id == customer.person_id)
        .where(customer.client_id == client_id, customer.id.in_(list(customer_ids)))
        .order_by(customer.id)
        .with_for_update(of=model.Person, skip_locked=True)
    )
    return list(rows.scalars())


def _lock(session: Session, persons: Select[PersonId]) -> None:
    session.execute(_gates(persons).with_for_update()).all()


def _gates(persons: Select[PersonId]) -> Select[PersonId]:
    """Select persons and all who share a contact point with them, in the order of their ids."""
    mine, other = model.PersonPoint, aliased(model.PersonPoint)
    around = (
        select(other.person_id)
        .join(mine, mine.point_hash == other.point_hash)
        .where(mine.person_id.in_(persons))
    )
    either = or_(model.Person.id.in_(persons), model.Person.id.in_(around))
    return select(model.Person.id).where(either).order_by(model.Person.id)
