"""A file about people: contracts where it names customers, a plain survival file where not."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from carecredit.intake.operations.reading import Progress
from carecredit.intake.operations.relationships import import_relationships
from carecredit.intake.operations.studies import Columns, import_study, names_customers
from carecredit.intake.views import Report
from carecredit.kernel.errors import Invalid
from carecredit.mandates.views import Client


def import_people(
    session: Session,
    *,
    client: Client,
    file: Path,
    now: datetime,
    study: str | None = None,
    otherwise: str | None = None,
    columns: Columns | None = None,
    progress: Progress = lambda _file, _done, _size: None,
) -> Report:
    """Take in contracts, or a study where one is named or no column is `customer_id`.

    A survival file that no study is named for takes the name `otherwise`, or is refused.
    """
    if study is None and names_customers(file):
        return import_relationships(session, client=client, file=file, now=now, progress=progress)
    name = study or otherwise
    if name is None:
        raise Invalid(
            "there is no column customer_id; for a survival file, say which study it is",
            field="study",
        )
    return import_study(
        session,
        client=client,
        file=file,
        name=name,
        columns=columns or Columns(),
        now=now,
    )
