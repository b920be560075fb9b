"""Publishing versions of procedures, and counting what was searched for in vain."""

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import ClientId, ProcedureId, new_id
from carecredit.knowledge import model, queries, views
from carecredit.knowledge.rules import NewProcedure, Text, check_procedure, fold, vain_words
from carecredit.mandates import queries as mandates
from carecredit.store import audit
from carecredit.store.engine import insert_into
from carecredit.store.session import caller_of


class ProcedureStale(Refused):
    """Another version was published meanwhile, or the one named is not the latest."""

    code = "procedure_stale"


def publish(
    session: Session, *, client_id: ClientId, procedure: NewProcedure, now: datetime
) -> views.Procedure:
    """Publish a version; it takes the place of the one it names and leaves that as it was."""
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    new = msgspec.structs.replace(procedure, valid_from=procedure.valid_from or today)
    check_procedure(new)
    version = _next_version(session, client_id, new)
    procedure_id = ProcedureId(new_id())
    head = _head(new, new.valid_from or today) | {
        "client_id": client_id,
        "id": procedure_id,
        "version": version,
        "published_at": now,
        "published_by": caller_of(session).name,
    }
    session.execute(insert(model.ProcedureVersion), [head])
    whose = {"client_id": client_id, "procedure_id": procedure_id}
    rows = [_row(text) | whose | {"language": it} for it, text in sorted(new.texts.items())]
    session.execute(insert(model.ProcedureText), rows)
    audit.record(
        session,
        client_id=client_id,
        action="procedure.published",
        subject="procedure",
        subject_id=procedure_id,
        now=now,
        data={"key": new.key, "version": version, "languages": sorted(new.texts)},
    )
    return queries.procedure_version(session, client_id=client_id, key=new.key, version=version)


def count_vain_search(session: Session, *, client_id: ClientId, text: str, now: datetime) -> None:
    """Count a search that found nothing, by its words and by nobody's name."""
    table = model.VainSearch
    row = {
        "client_id": client_id,
        "words": vain_words(text),
        "times": 1,
        "first_at": now,
        "last_at": now,
    }
    once_more = {"times": table.times + 1, "last_at": now}
    session.execute(
        insert_into(session, table)
        .values(row)
        .on_conflict_do_update(index_elements=["client_id", "words"], set_=once_more)
    )


def _next_version(session: Session, client_id: ClientId, new: NewProcedure) -> int:
    latest = queries.latest_version(session, client_id=client_id, key=new.key)
    if latest == new.supersedes:
        return (latest or 0) + 1
    if latest is None:
        told = f"{new.key!r} has no version yet: leave supersedes out"
    else:
        told = f"{new.key!r} is at version {latest}: read that, then publish with supersedes"
    raise ProcedureStale(told, field="supersedes")


def _head(new: NewProcedure, valid_from: date) -> dict[str, Any]:
    return {
        "key": new.key,
        "topic": new.topic,
        "owner": new.owner.strip(),
        "valid_from": valid_from,
        "valid_to": new.valid_to,
        "review_on": new.review_on,
    }


def _row(text: Text) -> dict[str, Any]:
    keywords = ",".join(word.strip() for word in text.keywords)
    return {
        "title": text.title.strip(),
        "body": text.body,
        "keywords": keywords,
        "sentences": msgspec.json.encode(text.sentences).decode(),
        "avoid": msgspec.json.encode(text.avoid).decode(),
        "folded_title": fold(text.title),
        "folded": fold(f"{text.title}\n{keywords}\n{text.body}"),
    }
