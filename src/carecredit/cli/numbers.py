"""`carecredit report metric | parts`: one number, the same by segment, what it is made of."""

import sys
from pathlib import Path
from typing import Any, get_args

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import desk, err, out, print_json, show_table
from carecredit.cli.report import asking, by_rates, converting, known, shown_value
from carecredit.kernel.calendars import local_date, zone
from carecredit.mandates.queries import client_by_code
from carecredit.metrics import queries
from carecredit.metrics.definitions import definition
from carecredit.metrics.numerals import LANGUAGES
from carecredit.metrics.queries.parts import LIMIT_MAX
from carecredit.metrics.rules.dates import parse_span
from carecredit.metrics.views import MetricAnswer, Parts, SegmentAnswers
from carecredit.papers.facade import form_of, spoken_by, table_form
from carecredit.papers.files import TableForm
from carecredit.papers.parts_file import parts_bytes


@click.command()
@click.argument("metric_id", metavar="METRIC")
@asking
@converting
@click.option("--by", type=click.Choice(["segment"]), help="The whole, then every segment.")
def metric(*, metric_id: str, by: str | None, as_json: bool, **asked: Any) -> None:
    """Show one number, such as dso.simple.p3m, with what it was worked out from."""
    if by and asked["segment"]:
        raise click.UsageError("--by segment shows every segment; leave --segment out")
    found: MetricAnswer | SegmentAnswers
    if by:
        del asked["segment"]
        found = _ask(queries.by_segment, metric_id=metric_id, **asked)
    else:
        found = _ask(queries.metric, metric_id=metric_id, **asked)
    if as_json:
        print_json(found)
    elif isinstance(found, SegmentAnswers):
        _print([(row.segment, row.answer) for row in found.rows])
    else:
        _print([(found.filters.get("segment", queries.WHOLE), found)])


@click.command()
@click.argument("metric_id", metavar="METRIC")
@asking
@converting
@click.option("--offset", type=click.IntRange(0), default=0, help="How many to pass over.")
@click.option(
    "--limit",
    type=click.IntRange(1, LIMIT_MAX),
    default=LIMIT_MAX,
    show_default=True,
    help="How many at most.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(get_args(TableForm)),
    help="Default: as the file's name ends; without a file, a table to read.",
)
@click.option("--out", "file", type=click.Path(dir_okay=False, path_type=Path), help="File.")
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True,
    help="Of the definitions in a workbook.",
)  # fmt: skip
def parts(
    *, metric_id: str, form: str | None, file: Path | None, as_json: bool, lang: str, **asked: Any
) -> None:
    """List what a number was added up from; all parts add up to its numerator, to the cent."""
    chosen = _form("json" if as_json else form, file)
    found: Parts = _ask(queries.parts, metric_id=metric_id, **asked)
    if chosen is None:
        _print_parts(found)
    else:
        _write(found, chosen, file, code=asked["code"], lang=lang)
    if found.next_offset is not None:
        err.print(
            f"Note: these are {len(found.parts)} of {found.count}; go on with "
            f"--offset {found.next_offset}"
        )


def _form(form: str | None, file: Path | None) -> TableForm | None:
    if form is None and file is None:
        return None
    chosen = table_form(form or form_of(file or Path(), get_args(TableForm)))
    if file is None and chosen in {"xlsx", "parquet"}:
        raise click.UsageError(f"{chosen} is not for a terminal: name a file with --out")
    return chosen


def _write(found: Parts, form: TableForm, file: Path | None, *, code: str, lang: str) -> None:
    with desk().store.read(desk().caller) as session:
        client = client_by_code(session, code=code)
    body = parts_bytes(found, form, client=client, now=desk().now(), language=spoken_by(lang))
    if file is None:
        sys.stdout.write(body.decode())
    else:
        file.write_bytes(body)
        err.print(f"The parts are in {escape(str(file))}.")


def _ask(
    question: Any, *, code: str | None, as_of: str | None, known_at: str | None, **more: Any
) -> Any:
    if not code:
        raise click.UsageError("say whose book it is: --client CODE")
    now = desk().now()
    with desk().store.read(desk().caller) as session:
        client = client_by_code(session, code=code)
        return question(
            session,
            client_id=client.id,
            as_of=parse_span(as_of).last if as_of else local_date(now, zone(client.zone)),
            now=now,
            known_at=known(known_at),
            **more,
        )


def _print(rows: list[tuple[str, MetricAnswer]]) -> None:
    _, first = rows[0]
    _head(first)
    table = _table("segment", "value", "numerator", "denominator", "n", "95 %")
    for segment, answer in rows:
        table.add_row(
            escape(segment),
            shown_value(answer),
            answer.numerator or "",
            answer.denominator or "",
            "" if answer.n is None else str(answer.n),
            " to ".join(answer.interval or ()),
        )
        _beside(table, answer)
    show_table(table)
    notes = (
        f"{segment}: {note}" if len(rows) > 1 else note
        for segment, answer in rows
        for note in answer.warnings
    )
    for note in dict.fromkeys(notes):
        err.print(f"Note: {escape(note)}")


def _beside(table: Table, answer: MetricAnswer) -> None:
    """Show what a number never leaves without."""
    for each in answer.beside:
        table.add_row(
            f"  {each.id}",
            shown_value(each),
            each.numerator or "",
            each.denominator or "",
            "" if each.n is None else str(each.n),
            " to ".join(each.interval or ()),
        )


def _print_parts(found: Parts) -> None:
    answer = found.answer
    _head(answer)
    out.print(f"value {shown_value(answer)}, numerator {answer.numerator or 'none'}")
    for each in answer.beside:
        out.print(f"beside it {each.id} {shown_value(each)}", highlight=False)
    table = Table(box=None, pad_edge=False)
    for name in ("kind", "number", "customer", "day", "due", "segment"):
        table.add_column(name, overflow="fold")
    # Whatever a narrow terminal folds, an amount stands whole on its line.
    table.add_column("amount", justify="right", no_wrap=True)
    for part in found.parts:
        names = (part.kind, part.number, part.customer)
        days = (str(part.day), str(part.due_on or ""))
        table.add_row(*map(escape, names), *days, escape(part.segment or ""), part.amount)
    show_table(table)
    out.print(f"all {found.count} add up to {found.total}", style="bold", highlight=False)
    for note in answer.warnings:
        err.print(f"Note: {escape(note)}")


def _head(answer: MetricAnswer) -> None:
    out.print(
        f"{answer.id}: {escape(answer.filters['client'])}, {answer.currency}"
        f"{by_rates(answer.rate_set)}, at the end of {answer.as_of}, "
        f"known at {answer.known_at.isoformat()}\n"
        f"= {escape(definition(answer.id).formula)}",
        highlight=False,
    )


def _table(first: str, *names: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for name in names:
        right = name in {"value", "numerator", "denominator", "n"}
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    return table
