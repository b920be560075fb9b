"""A ledger's files, taken in over HTTP: a ZIP of the CSV files, whole or not at all."""

import zlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from msgspec import Meta

from carecredit.intake.operations import import_ledger
from carecredit.intake.rules import FILES
from carecredit.intake.views import Report
from carecredit.kernel.errors import Invalid
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import word

ZIP = "application/zip"
ZIP_BYTES_MAX, FILES_BYTES_MAX = 32_000_000, 512_000_000
"""As it comes, and unpacked: a larger book comes in by the command line."""
_PACKED_AS = frozenset({ZIP_STORED, ZIP_DEFLATED})
_NAMES = frozenset(kind.name for kind in FILES)


class FileOut(msgspec.Struct, frozen=True):
    """What became of the rows of one file."""

    file: Annotated[str, word("Name of the file.", "invoices.csv")]
    read: Annotated[int, Meta(description="Rows read.", examples=[120])]
    added: Annotated[int, Meta(description="Rows that are new.", examples=[100])]
    changed: Annotated[int, Meta(description="Rows that say something new.", examples=[3])]
    unchanged: Annotated[int, Meta(description="Rows that are no news.", examples=[17])]


class LedgerImported(msgspec.Struct, frozen=True):
    """What an import did; the same files again change nothing."""

    client: Annotated[str, word("Code of the client company.", "ACQ")]
    files: tuple[FileOut, ...]
    notes: Annotated[tuple[str, ...], Meta(description="What was read over.", examples=[[]])]
    sums_minor: Annotated[
        dict[str, int],
        Meta(
            description="What was added, by kind and currency, in the smallest unit.",
            examples=[{"invoice.EUR": 125_000}],
        ),
    ]


@post(
    "/imports", operation_id="import_ledger", tags=["Receivables"], sync_to_thread=True,
    summary="Take in a ledger's files", status_code=200, request_max_body_size=ZIP_BYTES_MAX,
    opt=needs(Right.WRITE_LEDGER, body=ZIP),
)  # fmt: skip
def import_ledger_files(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[LedgerImported]:
    """Take in a ZIP of the ledger's CSV files; with a bad row nothing is, and each is named."""
    with visit.writing(unhurried=True) as session:
        found = visit.client(session, client)

        def act() -> LedgerImported:
            with TemporaryDirectory() as folder:
                _unpack(visit.body, Path(folder))
                return _out(
                    import_ledger(session, client=found, directory=Path(folder), now=visit.now)
                )

        return visit.once(session, found.id, idempotency_key, act)


def _unpack(body: bytes, folder: Path) -> None:
    """Write out the files by their plain names, and nothing else that a ZIP may carry."""
    try:
        with ZipFile(BytesIO(body)) as packed:
            _check_names([info.filename for info in packed.infolist()])
            if {info.compress_type for info in packed.infolist()} - _PACKED_AS:
                raise Invalid("pack the ZIP in the usual way (deflate), or plainly", field="body")
            if sum(info.file_size for info in packed.infolist()) > FILES_BYTES_MAX:
                raise Invalid(
                    f"unpacked the files hold more than {FILES_BYTES_MAX:,} bytes; bring them in "
                    "by `carecredit import ledger`, or in parts",
                    field="body",
                )
            packed.extractall(folder)
    except (BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # damaged, or encrypted
        raise Invalid(
            "the body is no ZIP that can be read; pack the files anew", field="body"
        ) from error


def _check_names(names: list[str]) -> None:
    known = ", ".join(sorted(_NAMES))
    if not names:
        raise Invalid(f"the ZIP is empty; a ledger's files are {known}", field="body")
    for name in names:
        if name not in _NAMES:
            raise Invalid(
                f"{name[:100]!r} is no file of the ledger; pack the files themselves, not their "
                f"folder; known: {known}",
                field="body",
            )
        if names.count(name) > 1:
            raise Invalid(f"{name} stands twice in the ZIP; pack it once", field="body")


def _out(report: Report) -> LedgerImported:
    return LedgerImported(
        client=report.client,
        files=tuple(
            FileOut(each.file, each.read, each.added, each.changed, each.unchanged)
            for each in report.files
        ),
        notes=report.notes,
        sums_minor=report.sums_minor,
    )
