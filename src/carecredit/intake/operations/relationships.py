"""The import of contracts: each row is a statement; whole or nothing, and nothing twice."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, structs
from sqlalchemy.orm import Session

from carecredit.customers.operations import Card, register, store_statements
from carecredit.customers.queries import Known, statements_of
from carecredit.customers.rules import Statement
from carecredit.intake.operations.reading import BadFile, Line, Progress, read_lines, shown
from carecredit.intake.operations.tally import RowsRefused
from carecredit.intake.rules import Place, latest
from carecredit.intake.rules.contracts import CONTRACTS, ContractRow
from carecredit.intake.views import FileCount, Problem, Report
from carecredit.kernel.calendars import start_of_day, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CustomerId
from carecredit.mandates.views import Client
from carecredit.store import audit
from carecredit.store.turns import take_turn

CHUNK = 2_000
"""How many customers are looked up at a time."""
PROBLEMS_KEPT_MAX = 1_000
_NUMBERED = "this customer has contracts with numbers; name the contract"
_TWICE = "another row of this contract says otherwise; say in recorded_at which was known later"
_GOES_ON = (
    "the contract ended on {}, as it stands; fill in ended_on, or say in recorded_at since when "
    "it is known that it goes on"
)


class RelationshipsRefused(RowsRefused):
    """The file holds bad rows, so nothing was written; the report names each."""

    code = "relationships_refused"

    def __init__(self, report: Report) -> None:
        first = report.problems[0]
        where = f"line {first.line}, {first.column or 'the row'}"
        super().__init__(report, f"the first is {where}: {first.message}")


class _Contract(Struct, frozen=True):
    """All rows of a contract in the file, and what is stored of the customer."""

    customer_id: CustomerId
    lines: list[Line]
    known: list[Known]


def import_relationships(
    session: Session,
    *,
    client: Client,
    file: Path,
    now: datetime,
    progress: Progress = lambda _file, _done, _size: None,
) -> Report:
    """Take in a file of contracts; the same file again changes nothing.

    A bad row raises `RelationshipsRefused`, and the caller's transaction must not commit.
    """
    if not file.is_file():
        raise Invalid(f"{file} is no file; name one with contracts", field="file")
    take_turn(session, client_id=client.id, purpose="import")
    digest, notes, tally = hashlib.sha256(), list[str](), _Tally(file.name)
    place = Place(zone(client.zone), client.country, client.currency, latest(now))
    kind = structs.replace(CONTRACTS, name=file.name)
    by_customer: defaultdict[str, list[Line]] = defaultdict(list)
    for line in read_lines(file, kind, place, digest, progress):
        if isinstance(line, str):
            notes.append(line)
        elif isinstance(line, BadFile):
            tally.problems.append(line.problem)
        else:
            tally.meet(line, by_customer)
    numbers = sorted(by_customer)
    for start in range(0, len(numbers), CHUNK):
        mine = {number: by_customer[number] for number in numbers[start : start + CHUNK]}
        _absorb(session, client, mine, tally, now)
    report = tally.report(client.code, notes)
    if report.problems:
        raise RelationshipsRefused(report)
    if report.changed:
        _record(session, client, report, digest.hexdigest(), now)
    return report


def _absorb(
    session: Session, client: Client, rows: dict[str, list[Line]], tally: "_Tally", now: datetime
) -> None:
    ids = register(
        session,
        client_id=client.id,
        cards=[Card(number, bare=True) for number in rows],
        language=client.language,
        country=client.country,
        now=now,
    ).ids
    stored = statements_of(session, client_id=client.id, customer_ids=list(ids.values()))
    new: list[tuple[CustomerId, Statement, datetime]] = []
    for number, lines in rows.items():
        customer_id = ids[number]
        known = stored.get(customer_id, [])
        for contract in _contracts(customer_id, lines, known, tally):
            told = _news(contract, client, now)
            tally.take(contract, len(told))
            new += [(customer_id, *one) for one in told]
    store_statements(session, client_id=client.id, statements=new)


def _contracts(
    customer_id: CustomerId, lines: list[Line], known: list[Known], tally: "_Tally"
) -> Iterator[_Contract]:
    """Part a customer's rows by contract, and refuse those that contradict each other."""
    by_number: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_number[line.row.statement.number].append(line)
    numbered = {one.statement.number for one in known} | by_number.keys()
    for number, mine in by_number.items():
        stored = [one for one in known if one.statement.number == number]
        contract = _Contract(customer_id, mine, stored)
        if not number and numbered != {""}:
            tally.refuse(mine[0], "contract_id", _NUMBERED)
        elif wrong := _wrong(contract):
            tally.refuse(*wrong)
        else:
            yield contract


def _wrong(contract: _Contract) -> tuple[Line, str, str] | None:
    """Find the row that does not fit the other rows of its contract, or what is stored of it."""
    open_rows = [line for line in contract.lines if line.row.recorded_at is None]
    for name in ("started_on", "ended_on", "ended_reason"):
        said = [line for line in open_rows if getattr(line.row.statement, name) is not None]
        for line in said[1:]:
            if getattr(line.row.statement, name) != getattr(said[0].row.statement, name):
                return line, name, _TWICE
    currency = (contract.known[0].statement if contract.known else
                contract.lines[0].row.statement).currency  # fmt: skip
    for line in contract.lines:
        if line.row.statement.currency != currency:
            return line, "currency", f"this contract is in {currency}; a contract has one currency"
    return _wrong_values(open_rows) or _wrongly_open(contract, open_rows)


def _wrong_values(lines: list[Line]) -> tuple[Line, str, str] | None:
    values: dict[Any, int] = {}
    for line in lines:
        said: Statement = line.row.statement
        if said.monthly_value_minor is not None:
            first = values.setdefault(said.value_from, said.monthly_value_minor)
            if first != said.monthly_value_minor:
                return line, "monthly_value", _TWICE
    return None


def _wrongly_open(contract: _Contract, open_rows: list[Line]) -> tuple[Line, str, str] | None:
    ended_on = contract.known[-1].statement.ended_on if contract.known else None
    if ended_on is None or len(open_rows) < len(contract.lines):
        return None
    if any(line.row.statement.ended_on for line in open_rows):
        return None
    return open_rows[0], "ended_on", _GOES_ON.format(ended_on)


def _news(contract: _Contract, client: Client, now: datetime) -> list[tuple[Statement, datetime]]:
    """List what the rows say that is not stored, each with the instant it was known.

    A first row without `recorded_at` was known as it happened; one that changes what stands is
    known from now on.
    """
    stored = {one.statement for one in contract.known}
    exactly = {(one.statement, one.recorded_at) for one in contract.known}
    latest = max((one.recorded_at for one in contract.known), default=None)
    ends = [line.row.statement for line in contract.lines if line.row.statement.ended_on]
    told: dict[tuple[Statement, datetime], None] = {}
    for line in contract.lines:
        row: ContractRow = line.row
        if row.recorded_at is not None:
            if (row.statement, row.recorded_at) not in exactly:
                told[row.statement, row.recorded_at] = None
            continue
        for statement, known_at in _as_it_happened(row.statement, client, now):
            if latest is None:
                told[statement, known_at] = None
            elif not {statement, _ended(statement, ends)} & stored:
                told[_ended(statement, ends), max(now, latest)] = None
    # Of what became known together, the end comes last: the latest statement counts.
    return sorted(told, key=lambda one: (one[1], one[0].ended_on is not None))


def _ended(statement: Statement, ends: list[Statement]) -> Statement:
    if not ends or statement.ended_on:
        return statement
    last = ends[-1]
    return structs.replace(statement, ended_on=last.ended_on, ended_reason=last.ended_reason)


def _as_it_happened(
    row: Statement, client: Client, now: datetime
) -> Iterator[tuple[Statement, datetime]]:
    """Take a row apart: the start was known then, a later value on its day, the end on its own."""
    at = zone(client.zone)

    def known(day: Any) -> datetime:
        return min(now, start_of_day(day, at))

    begun = structs.replace(row, ended_on=None, ended_reason=None)
    if row.value_from is not None:
        bare = structs.replace(begun, monthly_value_minor=None, value_from=None)
        yield bare, known(row.started_on)
        yield begun, known(row.value_from)
    else:
        yield begun, known(row.started_on)
    if row.ended_on is not None:
        yield row, known(row.ended_on)


def _record(
    session: Session, client: Client, report: Report, file_hash: str, now: datetime
) -> None:
    (count,) = report.files
    audit.record(
        session,
        client_id=client.id,
        action="relationships.imported",
        subject="client",
        subject_id=client.id,
        now=now,
        data={
            "file_sha256": file_hash,
            "rows": count.read,
            "added": count.added,
            "changed": count.changed,
        },
    )


class _Tally:
    """The counts of an import while it runs."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._counts: Counter[str] = Counter()
        self.problems: list[Problem] = []

    def meet(self, line: Line, by_customer: dict[str, list[Line]]) -> None:
        self._counts["read"] += 1
        if line.problem is not None:
            self._counts["rejected"] += 1
            self.problems.append(line.problem)
        else:
            by_customer[line.row.customer].append(line)

    def refuse(self, line: Line, column: str, message: str) -> None:
        self._counts["rejected"] += 1
        value = shown(line.cells.get(column, ""))
        self.problems.append(Problem(line.file, line.line, column, value, message))

    def take(self, contract: _Contract, told: int) -> None:
        if told:
            self._counts["changed" if contract.known else "added"] += len(contract.lines)

    def report(self, client: str, notes: list[str]) -> Report:
        added, changed, rejected = (self._counts[it] for it in ("added", "changed", "rejected"))
        read = self._counts["read"]
        left = read - added - changed - rejected
        count = FileCount(self._file, read, added, changed, max(0, left), rejected)
        return Report(
            client=client,
            book_id=None,
            files=(count,),
            problems=tuple(sorted(self.problems, key=lambda it: it.line)[:PROBLEMS_KEPT_MAX]),
            problems_count=len(self.problems),
            notes=tuple(notes),
            sums_minor={},
        )
