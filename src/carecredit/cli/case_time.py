"""`carecredit case explain | calendar | level | expect | ...`: deadlines, hours and our word."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cases import views
from carecredit.cases.rules import STANDARD, ExpectationState, told_in_words
from carecredit.cli.case import cases, of_a_case
from carecredit.cli.context import Instant, out, print_json, show_table
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CaseId, ExpectationId

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_DAY = click.DateTime(["%Y-%m-%d"])
_FILE = click.option(
    "--save", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Save a version from this TOML file.",
)  # fmt: skip
_FROM = click.option("--from", "since", type=_DAY, help="From this day on (default: now).")


@click.command()
@of_a_case
@_JSON
def explain(code: str, case: UUID, as_json: bool) -> None:
    """Explain a case's deadlines: each stretch of time that counted or was left out."""
    found = cases(code).explain(CaseId(case))
    if as_json:
        print_json(found)
        return
    for one in found:
        it = one.deadline
        due = f"due {it.due_at:%Y-%m-%d %H:%MZ}" if it.due_at else "paused"
        missed = f", missed at {it.breached_at:%Y-%m-%d %H:%MZ}" if it.breached_at else ""
        out.print(
            f"{told_in_words('deadline', it.kind)['en']} {it.number}: {it.goal_minutes} working "
            f"minutes, {due}, {it.outcome}{missed} (service level {it.level_version})"
        )
        table = Table(box=None, pad_edge=False)
        for name in ("from", "until", "", "calendar"):
            table.add_column(name, no_wrap=True)
        for span in one.intervals:
            when = (f"{span.start:%Y-%m-%d %H:%MZ}", f"{span.end:%Y-%m-%d %H:%MZ}")
            table.add_row(*when, told_in_words("why", span.why)["en"], span.calendar_version)
        show_table(table)


@click.command()
@_CLIENT
@click.option("--key", default=STANDARD, show_default=True, help="Which calendar.")
@_FILE
@_FROM
def calendar(code: str, key: str, save: Path | None, since: datetime | None) -> None:
    """Show the working calendar that counts now, or save a version of it."""
    service = cases(code).service
    if save is None:
        print_json(service.hours(key=key))
        return
    _say(service.save_hours(_read(save), key=key, since=_day(since)))


@click.command()
@_CLIENT
@_FILE
@_FROM
def level(code: str, save: Path | None, since: datetime | None) -> None:
    """Show the service level that counts now, or save a version of it."""
    service = cases(code).service
    if save is None:
        print_json(service.level())
        return
    _say(service.save_level(_read(save), since=_day(since)))


@click.command()
@_CLIENT
@click.option("--customer", required=True, help="Number of the customer.")
@click.option("--by", "day", type=_DAY, help="By the end of this day.")
@click.option("--at", "instant", type=Instant(), help="By this instant.")
@click.option("--case", type=click.UUID, help="In this case.")
@click.argument("what")
def expect(
    code: str, customer: str, day: datetime | None, instant: datetime | None, **told: Any
) -> None:
    """Write down what a customer may expect of us: a promise of ours."""
    by = instant or _day(day)
    if by is None or (day and instant):
        raise click.UsageError("name one of --by and --at")
    given = cases(code).expect(told["what"], customer=customer, by=by, case=told["case"])
    out.print(f"{given.id} by {given.due_at:%Y-%m-%d %H:%MZ}", highlight=False)


@click.command()
@_CLIENT
@click.option("--customer", help="Of this customer, by number.")
@click.option("--state", type=click.Choice([str(it) for it in ExpectationState]))
@click.option("--fulfil", type=click.UUID, help="Say that this one was made good.")
@click.option("--withdraw", type=click.UUID, help="Take this one back, with --reason.")
@click.option("--reason", default="", help="Why it is taken back.")
@_JSON
def expectations(
    code: str, fulfil: UUID | None, withdraw: UUID | None, reason: str, **told: Any
) -> None:
    """List what we gave customers to expect, or say what became of one."""
    if fulfil is not None:
        _settled(cases(code).fulfil(ExpectationId(fulfil)))
        return
    if withdraw is not None:
        _settled(cases(code).withdraw(ExpectationId(withdraw), reason))
        return
    as_json = told.pop("as_json")
    found = cases(code).expectations(**told)
    if as_json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("expectation", "due", "state", "what"):
        table.add_column(name, no_wrap=True)
    for it in found:
        table.add_row(str(it.id), f"{it.due_at:%Y-%m-%d %H:%MZ}", it.state, escape(it.what))
    show_table(table)


@click.command()
@_CLIENT
def review(code: str) -> None:
    """Close paid overdue cases, call our late word broken, work stale deadlines out anew."""
    paid, broken, reckoned = cases(code).review()
    out.print(
        f"Paid: {paid} cases; broken: {broken} expectations; deadlines worked out anew: "
        f"{reckoned.cases} cases, {reckoned.changed} changed",
        highlight=False,
    )


COMMANDS = (explain, calendar, level, expect, expectations, review)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: {error}", field="save") from error


def _say(saved: views.Saved) -> None:
    done = saved.reckoned
    out.print(
        f"Version {saved.version} of {saved.key} counts from {saved.since:%Y-%m-%d %H:%MZ}; "
        f"{done.changed} of {done.cases} cases have other deadlines, {done.left} wait",
        highlight=False,
    )


def _settled(found: views.Expectation) -> None:
    out.print(f"{found.id} {found.state}", highlight=False)


def _day(told: datetime | None) -> date | None:
    return told.date() if told else None
