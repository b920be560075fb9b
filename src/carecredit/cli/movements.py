"""`carecredit report aging | roll | cure | recovery | forecast`: balances, and cash to come."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import desk, err, out, print_json, show_table
from carecredit.cli.report import asking, by_rates, converting, known
from carecredit.kernel.calendars import local_date, zone
from carecredit.mandates.queries import client_by_code
from carecredit.metrics import queries
from carecredit.metrics.definitions import report_definition
from carecredit.metrics.queries.forecast import WEEKS, WEEKS_MAX
from carecredit.metrics.rules.aging import DUE_EDGES, parse_days, parse_edges
from carecredit.metrics.rules.dates import parse_span
from carecredit.metrics.rules.edge import rounded
from carecredit.metrics.views import Question, Ratio

T = TypeVar("T")
PLACES = 4


@click.command()
@asking
@click.option(
    "--buckets",
    default=",".join(map(str, DUE_EDGES)),
    show_default=True,
    help="Days past due at which buckets begin.",
)
def roll(*, as_json: bool, buckets: str, **asked: Any) -> None:
    """Show where the balances of each bucket a month before stand, or how they went."""
    found = answered(queries.roll, edges=parse_edges(buckets), **asked)
    if as_json:
        print_json(found)
        return
    head(found.question, f"balances at the end of {found.first_on}")
    names = [to.bucket for to in found.rows[0].to]
    table = columns("from", "amount", "count", *names)
    for row in found.rows:
        shares = (shown(to.share, " %") for to in row.to)
        table.add_row(row.bucket, row.amount, str(row.count), *shares)
    foot("roll", table, found.question)


@click.command()
@asking
def cure(*, as_json: bool, **asked: Any) -> None:
    """Show what of the past due a month before was paid or credited; written off is no cure."""
    found = answered(queries.cure, **asked)
    if as_json:
        print_json(found)
        return
    head(found.question, f"past due at the end of {found.first_on}")
    table = columns("by", "past due", "paid", "credited", "written off", "still", "cured", "95 %")
    for part in found.parts:
        sums = (part.past_due, part.paid, part.credited, part.written_off, part.still_past_due)
        low_high = " to ".join(rounded(each, PLACES) for each in part.cured.interval or ())
        table.add_row(part.measured, *sums, shown(part.cured), low_high)
    foot("cure", table, found.question)


@click.command()
@asking
@click.option(
    "--placed-by",
    type=click.Choice([str(each) for each in queries.PlacedBy]),
    default=str(queries.PlacedBy.PAST_DUE),
    show_default=True,
    help="What places a balance.",
)
def recovery(*, as_json: bool, placed_by: str, **asked: Any) -> None:
    """Show cash on balances placed within 30, 60 and 90 days, by month of placement."""
    found = answered(queries.recovery, placed_by=queries.PlacedBy(placed_by), **asked)
    if as_json:
        print_json(found)
        return
    head(found.question, f"placed by {found.placed_by}")
    days = [str(each.days) for each in found.cohorts[0].within]
    table = columns("placed in", "amount", "count", *(f"within {each} days" for each in days))
    for cohort in found.cohorts:
        rates = (shown(each.rate) for each in cohort.within)
        table.add_row(f"{cohort.first_on:%Y-%m}", cohort.placed, str(cohort.count), *rates)
    foot("recovery", table, found.question)


@click.command()
@asking
@click.option(
    "--weeks", type=click.IntRange(1, WEEKS_MAX), default=WEEKS, show_default=True, help="How many."
)
def forecast(*, as_json: bool, weeks: int, **asked: Any) -> None:
    """Show the cash to come week by week, and how far off the same forecast was before."""
    found = answered(queries.forecast, weeks=weeks, **asked)
    if as_json:
        print_json(found)
        return
    head(found.question, f"open {found.open_amount}, expected later {found.later}")
    table = columns("week", "naive", "run rate")
    for week in found.weeks:
        table.add_row(f"{week.first_on}/{week.last_on}", week.naive, week.run_rate)
    show_table(table)
    out.print(f"\nAs it was asked at the end of {found.backtest.as_of}", style="bold")
    back = columns("week", "naive", "run rate", "received")
    for past in found.backtest.weeks:
        span = f"{past.first_on}/{past.last_on}"
        back.add_row(span, past.naive, past.run_rate, past.received)
    out.print(back)
    for error in found.backtest.errors:
        share = shown(error.share)
        out.print(f"{error.forecaster} missed {error.absolute}: {share} of what was received")
    foot("forecast", None, found.question)


@click.command()
@asking
@converting
@click.option("--buckets", help="Ages in days at which buckets begin, such as 1,31,61,91.")
@click.option(
    "--by",
    "aged_by",
    type=click.Choice([str(each) for each in queries.AgedBy]),
    default=str(queries.AgedBy.DUE),
    show_default=True,
    help="Age from the due date, or from the invoice's own.",
)
@click.option("--by-segment", is_flag=True, help="A row for each segment too.")
def aging(*, as_json: bool, buckets: str | None, aged_by: str, **asked: Any) -> None:
    """Show what is open by age; less what is unapplied it adds to the balance, always."""
    edges = None if buckets is None else parse_days(buckets)
    found = answered(queries.aging, edges=edges, aged_by=queries.AgedBy(aged_by), **asked)
    if as_json:
        print_json(found)
        return
    head(found.question, f"by {found.aged_by} date{by_rates(found.question.rate_set)}")
    names = [each.bucket for each in found.rows[0].buckets]
    table = columns("segment", *names, "unapplied", "net")
    for row in found.rows:
        amounts = (each.amount for each in row.buckets)
        table.add_row(escape(row.segment), *amounts, row.unapplied, row.net)
        table.add_row("  open items", *(str(each.count) for each in row.buckets))
        table.add_row("  of open", *(shown(each.share, " %") for each in row.buckets))
    foot("aging", table, found.question)


def answered(
    question: Callable[..., T],
    *,
    code: str | None,
    as_of: str | None,
    known_at: str | None,
    **more: Any,
) -> T:
    """Put a question to a book; without a day it is today at the client company."""
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


def head(question: Question, of: str) -> None:
    """Say whose book it is, of which day, as known when."""
    filters = question.filters
    out.print(
        f"{escape(filters['client'])}, {escape(filters.get('segment', queries.WHOLE))}, "
        f"{question.currency}, at the end of {question.as_of}, "
        f"known at {question.known_at.isoformat()}: {of}"
    )


def columns(first: str, *names: str) -> Table:
    """Begin a table whose first column is text and whose others are numbers."""
    table = Table(box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def shown(ratio: Ratio, suffix: str = "") -> str:
    """Write a share for people, or why there is none."""
    if ratio.value is None:
        return f"({ratio.status})"
    return f"{rounded(ratio.value, 2 if suffix else PLACES)}{suffix}"


def foot(name: str, table: Table | None, question: Question) -> None:
    """Close with what the report is, and what has to be known of this one."""
    if table is not None:
        show_table(table)
    definition = report_definition(name)
    out.print(f"\n{definition.formula}\n{definition.convention}", highlight=False)
    _notes(question.warnings)


def _notes(notes: Iterable[str]) -> None:
    for note in notes:
        err.print(f"Note: {escape(note)}")
