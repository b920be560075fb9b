"""Jobs that come round: a row says when, a lease says who; any number of tickers may look."""

from datetime import datetime, timedelta

import msgspec
from cronsim import CronSim
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from carecredit.cadence import model
from carecredit.store.engine import database_now, insert_into


class Run(msgspec.Struct, frozen=True):
    """The right to run a job once, until its lease ends."""

    name: str
    schedule: str
    fence: int


def claim_job(
    session: Session, *, name: str, schedule: str, lease: timedelta, now: datetime
) -> Run | None:
    """Take a job that is due, or nothing where it is not, or where somebody else has it.

    `schedule` is a cron expression; a job never seen before is due at once. Leases go by the
    database's clock, so that no two processes disagree about them.
    """
    session.execute(
        insert_into(session, model.Job)
        .values(name=name, schedule=schedule, next_run_at=now, fence=0)
        .on_conflict_do_nothing()
    )
    database = database_now(session)
    table = model.Job
    fence = session.execute(
        update(table)
        .where(
            table.name == name,
            table.next_run_at <= now,
            or_(table.lease_until.is_(None), table.lease_until < database),
        )
        .values(fence=table.fence + 1, lease_until=database + lease, schedule=schedule)
        .returning(table.fence)
        .execution_options(synchronize_session=False)
    ).scalar()
    return None if fence is None else Run(name, schedule, fence)


def finish_job(session: Session, *, run: Run, note: str, now: datetime) -> bool:
    """Close a run and set the next one; false where the lease had passed to another."""
    upcoming = next(CronSim(run.schedule, now))
    found = session.execute(
        update(model.Job)
        .where(model.Job.name == run.name, model.Job.fence == run.fence)
        .values(next_run_at=upcoming, lease_until=None, last_run_at=now, last_note=note)
        .returning(model.Job.name)
        .execution_options(synchronize_session=False)
    ).first()
    return found is not None
