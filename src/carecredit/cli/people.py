"""`carecredit import relationships`, and the reports about people: survival, incidence, churn."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import desk, err, out, print_json, show_table
from carecredit.cli.ledger import show, show_problems
from carecredit.intake.operations import RelationshipsRefused
from carecredit.kernel.calendars import local_date, zone
from carecredit.mandates.queries import client_by_code
from carecredit.metrics import queries
from carecredit.metrics.rules.dates import parse_known, parse_span
from carecredit.metrics.rules.edge import rounded
from carecredit.metrics.rules.intervals import Form
from carecredit.metrics.rules.survival import parse_time
from carecredit.metrics.rules.windows import parse_window
from carecredit.metrics.views import (
    Asked,
    ChurnAnswer,
    CohortAnswer,
    ContactedAnswer,
    CurveStep,
    IncidenceAnswer,
    Rate,
    SurvivalAnswer,
)

PLACES = 4
STEPS_SHOWN_MAX = 12
_COMMON = (
    click.option("--client", "code", required=True, help="Client company."),
    click.option("--as-of", help="Day, or month for its end (default: today)."),
    click.option("--known-at", help="As known at the end of a day, or at an instant."),
    click.option("--segment", help="One segment (default: ALL)."),
    click.option("--by", type=click.Choice(["segment"]), help="A row for each segment too."),
    click.option(
        "--lapse-days",
        type=click.IntRange(min=1),
        help="Customers without a contract: lapsed after so many days without an invoice.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON."),
)
_STUDY = click.option("--study", help="A study (an imported survival file) in place of customers.")
_FORM = click.option(
    "--interval",
    "form",
    type=click.Choice([form.value for form in Form]),
    default=Form.LOGLOG.value,
    show_default=True,
    help="On which scale the interval is drawn.",
)
_WINDOW = click.option("--window", default="p3m", show_default=True, help="p1m, p12m, 90d, ...")


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    return reduce(lambda wrapped, option: option(wrapped), reversed(_COMMON), command)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--client", "code", required=True, help="Client company whose customers they are.")
@click.option("--study", help="Take a survival file as a study of this name (default: its file's).")
@click.option("--duration", default="duration", show_default=True, help="Its column of durations.")
@click.option("--event", default="event", show_default=True, help="Its column of ends.")
@click.option("--group", help="Its column of groups (default: `group`, where there is one).")
@click.option(
    "--censored",
    multiple=True,
    help="Word for an end that was not seen; may be repeated (default: 0, no, false, censored).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def relationships(file: Path, code: str, as_json: bool, study: str | None, **columns: Any) -> None:
    """Take in contracts (customer_id, started_on, ...), or a plain survival file, whole or not.

    A file without a column customer_id is a survival file: duration, event, group, with commas,
    semicolons, tabs or blanks between. The same file again changes nothing.
    """
    words = frozenset(word.casefold() for word in columns.pop("censored"))
    given = columns | ({"censored": words} if words else {})
    try:
        report = desk().import_relationships(
            file, client=code, study=study, **{name: given[name] for name in given}
        )
    except RelationshipsRefused as refused:
        if as_json:
            print_json(refused.report)
        show_problems(refused.report)
        raise
    if as_json:
        print_json(report)
    else:
        show(report, None)


@click.command()
@_common
@_STUDY
@_FORM
@click.option("--until", help="Horizon of the mean (default: the end of what was followed).")
def survival(form: str, until: str | None, **question: Any) -> None:
    """Say how long customers stay (Kaplan-Meier), or the lives of a study."""
    horizon = parse_time(until) if until else None
    _tell(queries.survival, _survival, question, form=Form(form), until=horizon)


@click.command()
@_common
@_STUDY
@click.option("--against", help="One reason beside all others together, such as write_off.")
def incidence(against: str | None, **question: Any) -> None:
    """Say what share ended by each reason (Aalen-Johansen), causes competing."""
    _tell(queries.incidence, _incidence, question, against=against)


@click.command()
@_common
@click.option("--months", type=click.IntRange(0, 120), default=12, show_default=True)
def cohorts(months: int, **question: Any) -> None:
    """Say of those who began in each month how many are here at each month-end since."""
    _tell(queries.cohorts, _cohorts, question, months=months)


@click.command()
@_common
@_WINDOW
def churn(window: str, **question: Any) -> None:
    """Say who left in a window and why, and what became of the monthly value."""
    _tell(queries.churn, _churn, question, window=parse_window(window))


@click.command("kept-after-late")
@_common
@_FORM
def kept_after_late(form: str, **question: Any) -> None:
    """Say how long customers stay once a due date passed unpaid for the first time."""
    _tell(queries.kept_after_late, _survival, question, form=Form(form))


@click.command()
@_common
@_WINDOW
def contacted(window: str, **question: Any) -> None:
    """Put churn of those reached in the window before beside that of the others; no experiment."""
    _tell(queries.contacted_beside_not, _contacted, question, window=parse_window(window))


IMPORTS = (relationships,)
REPORTS = (survival, incidence, cohorts, churn, kept_after_late, contacted)


def _tell(
    ask: Callable[..., Any],
    print_it: Callable[[Any], None],
    asked: dict[str, Any],
    **options: Any,
) -> None:
    code, as_of, known_at = asked["code"], asked["as_of"], asked["known_at"]
    with desk().store.read(desk().caller) as session:
        client = client_by_code(session, code=code)
    answer = desk().people(
        ask,
        client=code,
        as_of=parse_span(as_of).last if as_of else local_date(desk().now(), zone(client.zone)),
        known_at=parse_known(known_at) if known_at else None,
        segment=asked["segment"],
        by_segment=asked["by"] == "segment",
        lapse_days=asked["lapse_days"],
        study=asked.get("study"),
        **options,
    )
    if asked["as_json"]:
        print_json(answer)
        return
    _heading(answer.asked)
    print_it(answer)


def _heading(asked: Asked) -> None:
    when = f", at the end of {asked.as_of}" if asked.as_of else ""
    out.print(f"{escape(asked.client)}, {escape(asked.population)}{when}")
    if asked.window_first:
        out.print(f"Window: {asked.window_first} to {asked.window_last}")
    out.print(f"{escape(asked.method)} ({escape(asked.source)})", style="dim")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left", no_wrap=True)
    return table


def _survival(answer: SurvivalAnswer) -> None:
    table = _table("group", "n", "ended", "median", "95 %", "mean", "until")
    for group in answer.groups:
        spread = f"{group.median_low or '-'} to {group.median_high or '-'}"
        median = group.median or f"({group.median_status})"
        mean = _short(group.mean, 2)
        cells = (f"{group.n}", f"{group.ended}", median, spread, mean, group.mean_until or "")
        table.add_row(escape(group.group), *cells)
    show_table(table)
    for group in answer.groups:
        _steps(f"{group.group}: still here ({answer.unit})", group.steps)
        _flag(group.group, group.n, small=group.small_group)


def _incidence(answer: IncidenceAnswer) -> None:
    table = _table("group", "n", "cause", "ended", "share", "staying")
    for group in answer.groups:
        for cause in group.causes:
            figures = (f"{group.n}", escape(cause.cause), f"{cause.ended}")
            shares = (_short(cause.share), _short(group.staying))
            table.add_row(escape(group.group), *figures, *shares)
    show_table(table)
    for group in answer.groups:
        for cause in group.causes:
            _steps(f"{group.group}: ended by {cause.cause} ({answer.unit})", cause.steps)
        _flag(group.group, group.n, small=group.small_group)


def _cohorts(answer: CohortAnswer) -> None:
    longest = max((len(row.here) for row in answer.rows), default=0)
    table = _table("group", "month", "n", *(str(month) for month in range(longest)))
    for row in answer.rows:
        shares = [_short(each.value, 3) for each in row.here]
        table.add_row(escape(row.group), row.month, f"{row.n}", *shares)
    show_table(table)
    err.print("Note: --json gives each share with n and its interval", highlight=False)


def _churn(answer: ChurnAnswer) -> None:
    table = _table("group", "active", "reason", "lost", "share", "95 %")
    for row in answer.rows:
        for reason, each in [("all", row.churn), *row.by_reason.items()]:
            table.add_row(escape(row.group), f"{row.active}", reason, *_rate(each))
        _flag(row.group, row.active, small=row.churn.small_group)
    show_table(table)
    money = _table("group", "currency", "start", "lost", "less", "more", "gross kept", "net kept")
    for row in answer.rows:
        for it in row.value:
            kept = (_short(it.gross_retention), _short(it.net_retention))
            amounts = (it.currency, it.start, it.lost, it.contraction, it.expansion)
            money.add_row(escape(row.group), *amounts, *kept)
    out.print(money)


def _contacted(answer: ContactedAnswer) -> None:
    out.print(f"Contacted: {answer.contacted_first} to {answer.contacted_last}")
    table = _table("group", "who", "n", "lost", "share", "95 %")
    for row in answer.rows:
        for who, each in (("contacted", row.contacted), ("not contacted", row.not_contacted)):
            table.add_row(escape(row.group), who, f"{each.n}", *_rate(each))
            _flag(f"{row.group}, {who}", each.n, small=each.small_group)
        spread = f"{_short(row.difference_low)} to {_short(row.difference_high)}"
        shown = (_short(row.difference) or f"({row.status})", spread if row.difference else "")
        table.add_row(escape(row.group), "difference", "", "", *shown)
    show_table(table)
    for label in answer.label.values():
        err.print(f"Note: {label}", highlight=False)


def _rate(each: Rate) -> tuple[str, str, str]:
    spread = f"{_short(each.low)} to {_short(each.high)}" if each.value else ""
    return f"{each.hits}", _short(each.value) or f"({each.status})", spread


def _steps(title: str, steps: tuple[CurveStep, ...]) -> None:
    if not steps:
        return
    every = -(-len(steps) // STEPS_SHOWN_MAX)
    table = _table("from", "at risk", "ended", "share", "error", "95 %")
    for step in (*steps[:-1:every], steps[-1]):
        spread = f"{_short(step.low)} to {_short(step.high)}" if step.low else ""
        counts = (f"{step.at_risk}", f"{step.ended}")
        table.add_row(step.time, *counts, _short(step.share), _short(step.error), spread)
    out.print(f"\n{escape(title)}", style="bold")
    show_table(table)
    if every > 1:
        err.print("Note: not every step is shown; --json gives all of them", highlight=False)


def _flag(group: str, n: int, *, small: bool) -> None:
    if small:
        err.print(f"Note: {escape(group)} is a small group: {n}", highlight=False)


def _short(text: str | None, places: int = PLACES) -> str:
    return "" if text is None else rounded(text, places)
