"""`carecredit report`: a summary for people, a wide series for machines."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import reduce
from pathlib import Path
from typing import Any, get_args

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import desk, err, out, print_json, show_table
from carecredit.kernel.calendars import DayRange, add_months, local_date, zone
from carecredit.kernel.errors import Invalid
from carecredit.mandates.queries import client_by_code
from carecredit.metrics import queries
from carecredit.metrics.definitions import definition
from carecredit.metrics.numerals import LANGUAGES
from carecredit.metrics.rules.dates import Every, ends, parse_known, parse_span
from carecredit.metrics.rules.edge import rounded
from carecredit.metrics.rules.measure import Unit
from carecredit.metrics.views import Beside, MetricAnswer
from carecredit.papers.facade import form_of, spoken_by, table_form
from carecredit.papers.files import TableForm
from carecredit.papers.series_file import series_bytes

SUMMARY = (
    "receivables.net", "receivables.open", "receivables.unapplied", "receivables.disputed",
    "aging.due.current", "aging.due.1_30", "aging.due.31_60", "aging.due.61_90",
    "aging.due.91_plus", "aging.due.unapplied", "sales.p3m", "dso.simple.p3m",
    "dso.average_ends.p3m", "dso.countback.month", "dso.best_possible.p3m", "add.p3m", "cei.p1m",
    "churn.customer.p1m", "churn.revenue.p1m",
)  # fmt: skip
MONTHS = 12
"""How many month-ends a series has that is told nothing else."""

_QUESTION = (
    click.option("--client", "code", help="Client company whose book it is."),
    click.option("--as-of", help="Day, or month for its end (default: today)."),
    click.option("--known-at", help="As known at the end of a day, or at an instant."),
    click.option("--segment", help="One segment (default: ALL)."),
    click.option("--currency", help="Currency (default: the book's only one, or the client's)."),
    click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON."),
)


def asking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a question: whose book, which day, what was known."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(_QUESTION), command)


converting = click.option(
    "--rate-set", help="Convert the other currencies by the rates of this name (default: do not)."
)


@click.group(invoke_without_command=True)
@asking
@converting
@click.pass_context
def report(context: click.RichContext, /, **question: Any) -> None:
    """Say how a book stands: DSO, aging, collection effectiveness, churn.

    Without a further word it is the summary.
    """
    if context.invoked_subcommand is None:
        context.invoke(summary, **question)


@report.command()
@asking
@converting
def summary(**question: Any) -> None:
    """Show the numbers a person looks at first, with what they were worked out from."""
    answers = _answers(**question)
    if question["as_json"]:
        print_json(answers)
        return
    first = answers[0]
    out.print(
        f"{escape(first.filters['client'])}, {first.filters.get('segment', queries.WHOLE)}, "
        f"{first.currency}{by_rates(first.rate_set)}, at the end of {first.as_of}, "
        f"known at {first.known_at.isoformat()}"
    )
    show_table(_table(answers))
    out.print("\nDefinitions", style="bold")
    for answer in answers:
        out.print(f"{answer.id} = {escape(definition(answer.id).formula)}", highlight=False)
    for note in dict.fromkeys(note for answer in answers for note in answer.warnings):
        err.print(f"Note: {escape(note)}")


@report.command()
@click.option("--client", "code", required=True, help="Client company whose book it is.")
@click.option("--from", "first", help="First day or month (default: eleven months before the end).")
@click.option("--to", "last", help="Last day or month; a month means its end (default: today).")
@click.option(
    "--every",
    type=click.Choice([str(each) for each in Every]),
    default=str(Every.MONTH),
    show_default=True,
)
@click.option("--at", help="These dates or months in place of a range, with commas between.")
@click.option("--known-at", help="As known at the end of a day, or at an instant.")
@click.option("--frozen", is_flag=True, help="Each date as known at its own end.")
@click.option("--by", type=click.Choice(["segment"]), help="A row for each segment too.")
@click.option("--currency", help="Rows for this currency alone.")
@converting
@click.option(
    "--format",
    "form",
    type=click.Choice(get_args(TableForm)),
    help="Default: as the file's name ends, or csv.",
)
@click.option("--out", "file", type=click.Path(dir_okay=False, path_type=Path), help="File.")
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True,
    help="Of the definitions in a workbook.",
)  # fmt: skip
def series(code: str, form: str | None, file: Path | None, lang: str, **options: Any) -> None:
    """Write every number on many dates: one row for each segment, currency and date.

    CSV or JSON on standard output, and nothing else there, or a file; xlsx and parquet need --out.
    """
    chosen = table_form(form or (form_of(file, get_args(TableForm)) if file else "csv"))
    if file is None and chosen in {"xlsx", "parquet"}:
        raise click.UsageError(f"{chosen} is not for a terminal: name a file with --out")
    now = desk().now()
    with desk().store.read(desk().caller) as session:
        client = client_by_code(session, code=code)
        known_at = known(options["known_at"])
        if known_at is not None and options["frozen"]:
            raise click.UsageError("--frozen says itself what is known; leave --known-at out")
        found = queries.series(
            session,
            client_id=client.id,
            dates=_dates(local_date(now, zone(client.zone)), **options),
            known_at=known_at,
            by_segment=options["by"] == "segment",
            frozen=options["frozen"],
            currency=options["currency"],
            rate_set=options["rate_set"],
        )
    for note in found.warnings:
        err.print(f"Note: {escape(note)}")
    body = series_bytes(found, chosen, client=client, now=now, language=spoken_by(lang))
    if file is None:
        sys.stdout.write(body.decode())
    else:
        file.write_bytes(body)
        err.print(f"The series is in {escape(str(file))}.")


@report.command()
@click.option("--client", "code", required=True, help="Client company whose book it is.")
@click.option("--month", required=True, help="Month, such as 2026-10.")
@click.option("--currency", help="Default: the book's only one, or the company's own.")
@click.option("--known-at", help="As known at the end of a day, or at an instant.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: the company's language.")
@click.option(
    "--out",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, .pdf or .html.",
)
def monthly(
    code: str,
    month: str,
    currency: str | None,
    known_at: str | None,
    lang: str | None,
    file: Path,
) -> None:
    """Write the month's page: what it says in words, charts, tables, definitions."""
    papers = desk().papers
    form_of(file, ("pdf", "html"))
    facts = papers.month(client=code, month=month, known_at=known(known_at), currency=currency)
    papers.write_month(facts, file, language=spoken_by(lang) if lang else None)
    out.print(f"The month's page is in {escape(str(file))}.")


def _dates(
    today: date, *, first: str | None, last: str | None, every: str, at: str | None, **_: Any
) -> list[date]:
    if at:
        if first or last:
            raise click.UsageError("--at stands in place of --from and --to")
        return [parse_span(text.strip()).last for text in at.split(",")]
    end = parse_span(last).last if last else today
    start = parse_span(first).first if first else add_months(end.replace(day=1), 1 - MONTHS)
    dates = ends(DayRange(start, end), Every(every)) if start <= end else []
    if not dates:
        raise Invalid(f"no {every} ends from {start} to {end}; widen the range", field="dates")
    return dates


def _answers(
    *, code: str | None, as_of: str | None, known_at: str | None, as_json: bool, **narrowed: Any
) -> tuple[MetricAnswer, ...]:
    del as_json  # how it is printed is not part of the question
    if not code:
        raise click.UsageError("say whose book it is: --client CODE")
    now = desk().now()
    with desk().store.read(desk().caller) as session:
        client = client_by_code(session, code=code)
        return queries.summary(
            session,
            client_id=client.id,
            metric_ids=SUMMARY,
            as_of=parse_span(as_of).last if as_of else local_date(now, zone(client.zone)),
            now=now,
            known_at=known(known_at),
            **narrowed,
        )


def by_rates(rate_set: str | None) -> str:
    """Say by which rates currencies were put together, where they were."""
    return f" by rate set {escape(rate_set)}" if rate_set else ""


def known(text: str | None) -> date | datetime | None:
    """Read what is meant by known at, where it is said."""
    return parse_known(text) if text else None


def _table(answers: tuple[MetricAnswer, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("metric", no_wrap=True)
    for name in ("value", "numerator", "denominator"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("window", no_wrap=True)
    for answer in answers:
        table.add_row(
            answer.id,
            shown_value(answer),
            answer.numerator or "",
            answer.denominator or "",
            f"{answer.window_first}/{answer.window_last}" if answer.window else "",
        )
    return table


def shown_value(answer: MetricAnswer | Beside) -> str:
    """Write a value for people, or why there is none."""
    if answer.value is None:
        return f"({answer.status})"
    places = {Unit.DAYS: 2, Unit.PERCENT: 2, Unit.FRACTION: 4, Unit.TIMES: 2}.get(answer.unit)
    text = answer.value if places is None else rounded(answer.value, places)
    suffix = {Unit.DAYS: " days", Unit.PERCENT: " %"}.get(answer.unit, "")
    return f"{text}{suffix}"
