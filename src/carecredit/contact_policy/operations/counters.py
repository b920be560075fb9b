"""The counter rows of caps: the last guard below every rule, taken and given back by the day."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from carecredit.contact_policy import rules
from carecredit.customers.model import CapCounter
from carecredit.kernel.ids import PersonId
from carecredit.store.engine import insert_into


def take(
    session: Session, *, person_id: PersonId, counters: Iterable[rules.Counter]
) -> rules.Counter | None:
    """Take one unit of each counter; give the first that is full, and then nothing was taken."""
    with session.begin_nested() as attempt:
        for counter in counters:
            if not _take(session, person_id, counter):
                attempt.rollback()
                return counter
    return None


def give_back(session: Session, *, person_id: PersonId, counters: Iterable[rules.Counter]) -> None:
    """Give back a unit of each counter."""
    for counter in counters:
        session.execute(
            update(CapCounter)
            .where(
                CapCounter.person_id == person_id,
                CapCounter.rule_id == counter.rule_id,
                CapCounter.day_on == counter.day_on,
                CapCounter.taken > 0,
            )
            .values(taken=CapCounter.taken - 1)
            .execution_options(synchronize_session=False)
        )


def written(counters: Iterable[rules.Counter]) -> str:
    """Write counters as their event keeps them."""
    return msgspec.json.encode(tuple(counters)).decode()


def read(text: str) -> tuple[rules.Counter, ...]:
    """Read the counters that an event took."""
    return msgspec.json.decode(text.encode(), type=tuple[rules.Counter, ...])


def _take(session: Session, person_id: PersonId, counter: rules.Counter) -> bool:
    fresh = insert_into(session, CapCounter).values(
        person_id=person_id,
        rule_id=counter.rule_id,
        day_on=counter.day_on,
        taken=1,
        count_max=counter.count_max,
    )
    taken = session.execute(
        fresh.on_conflict_do_update(
            index_elements=["person_id", "rule_id", "day_on"],
            set_={"taken": CapCounter.taken + 1, "count_max": fresh.excluded.count_max},
            where=CapCounter.taken < fresh.excluded.count_max,
        ).returning(CapCounter.taken)
    ).first()
    return taken is not None
