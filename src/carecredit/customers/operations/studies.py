"""Studies: lives from elsewhere, kept under a name to work survival out of."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.customers import model, views
from carecredit.customers.queries import study
from carecredit.kernel.ids import ClientId, StudyId, new_id

CHUNK = 5_000


def keep_study(
    session: Session,
    *,
    client_id: ClientId,
    name: str,
    cells: Mapping[views.StudyCell, int],
    now: datetime,
) -> StudyId | None:
    """Keep a study under a name, or nothing where the name already holds just this.

    A study is not edited: other content under the same name is a new one, and the latest counts.
    """
    content = sorted((cell.group, cell.duration, cell.cause, n) for cell, n in cells.items())
    digest = hashlib.sha256(repr(content).encode()).digest()
    standing = study(session, client_id=client_id, name=name, known=None)
    if standing is not None and standing.content_hash == digest:
        return None
    study_id = StudyId(new_id())
    row = {"client_id": client_id, "id": study_id, "name": name, "content_hash": digest}
    subjects = sum(cells.values())
    session.execute(insert(model.Study), [row | {"subjects": subjects, "recorded_at": now}])
    for start in range(0, len(content), CHUNK):
        session.execute(
            insert(model.StudyCell),
            [
                {
                    "client_id": client_id,
                    "study_id": study_id,
                    "grouping": group,
                    "duration": duration,
                    "cause": cause,
                    "subjects": n,
                }
                for group, duration, cause, n in content[start : start + CHUNK]
            ],
        )
    return study_id
