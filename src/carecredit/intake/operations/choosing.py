"""A file about people: contracts where it names customers, a plain survival file where not."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from carecredit.intake.operations.reading import Progress
from carecredit.intake.operations.relationships import import_relationships
from carecredit.intake.operations.studies import Columns, import_study, names_customers
from carecredit.intake.views import Report
from carecredit.mandates.views import Client


def import_people(
    session: Session,
    *,
    client: Client,
    file: Path,
    now: datetime,
    study: str | None = None,
    columns: Columns | None = None,
    progress: Progress = lambda _file, _done, _size: None,
) -> Report:
    """Take in contracts, or a study where one is named or no column is `customer_id`.

    A study without a name has that of its file.
    """
    if study is None and names_customers(file):
        return import_relationships(session, client=client, file=file, now=now, progress=progress)
    return import_study(
        session,
        client=client,
        file=file,
        name=study or file.stem,
        columns=columns or Columns(),
        now=now,
    )
