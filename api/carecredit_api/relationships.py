"""Files of contracts, and survival files as studies, taken in over HTTP."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Meta
from sqlalchemy.orm import Session

from carecredit.intake.operations import Columns, import_people
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import StudyName, word

FILE_BYTES_MAX = 32_000_000


class ImportedOut(msgspec.Struct, frozen=True):
    """What became of the rows of a file; the same file again changes nothing."""

    client: Annotated[str, word("Code of the client company.", "ACQ")]
    read: Annotated[int, Meta(description="Rows read.", examples=[120])]
    added: Annotated[int, Meta(description="Rows of contracts that are new.", examples=[100])]
    changed: Annotated[int, Meta(description="Rows that say something new.", examples=[3])]
    unchanged: Annotated[int, Meta(description="Rows that are no news.", examples=[17])]
    notes: Annotated[tuple[str, ...], Meta(description="What was read over.", examples=[[]])]


@post(
    "/relationships", operation_id="import_relationships", tags=["People"], sync_to_thread=True,
    summary="Take in a file of contracts, or a survival file", status_code=200,
    request_max_body_size=FILE_BYTES_MAX, opt=needs(Right.WRITE_LEDGER, body="text/csv"),
)  # fmt: skip
def import_relationships(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    study: StudyName = None,
    duration: Annotated[
        str, QueryParameter(name="duration", description="Its column of durations.", max_length=200)
    ] = "duration",
    event: Annotated[
        str, QueryParameter(name="event", description="Its column of ends.", max_length=200)
    ] = "event",
    group: Annotated[
        str | None,
        QueryParameter(name="group", description="Its column of groups.", max_length=200),
    ] = None,
    censored: Annotated[
        str | None,
        QueryParameter(
            name="censored",
            description="Words for an end that was not seen, with commas between.",
            max_length=200,
        ),
    ] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ImportedOut]:
    """Take in the body, a CSV file declared as text/csv, whole or not at all.

    With a column customer_id it holds contracts; without, durations for a study.
    """
    columns = Columns(duration=duration, event=event, group=group)
    if censored is not None:
        words = frozenset(word.strip().casefold() for word in censored.split(","))
        columns = msgspec.structs.replace(columns, censored=words)

    def act(session: Session, found: Client) -> ImportedOut:
        with TemporaryDirectory() as folder:
            file = Path(folder, "relationships.csv")
            file.write_bytes(visit.body)
            report = import_people(
                session, client=found, file=file, now=visit.now, study=study, columns=columns
            )
        (count,) = report.files
        rows = (count.read, count.added, count.changed, count.unchanged)
        return ImportedOut(found.code, *rows, report.notes)

    return visit.act(client, idempotency_key, act)
