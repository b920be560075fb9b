"""`carecredit report repeats | handling`: what repeats come from, how time is spread."""

from typing import Any

import rich_click as click
from rich.markup import escape

from carecredit.cli.context import out, print_json, show_table
from carecredit.cli.movements import PLACES, answered, columns, foot, head, shown
from carecredit.cli.report import asking, shown_value
from carecredit.metrics import queries
from carecredit.metrics.rules.care import WITHIN
from carecredit.metrics.rules.edge import rounded


@click.command()
@asking
@click.option(
    "--within",
    type=click.Choice(list(WITHIN)),
    default="7d",
    show_default=True,
    help="How soon another contact is a repeat.",
)
def repeats(*, as_json: bool, within: str, **asked: Any) -> None:
    """Show what the repeats of a month go back to, and the time they took."""
    found = answered(queries.repeats, within=within, **asked)
    if as_json:
        print_json(found)
        return
    head(found.question, f"contacts from {found.first_on}, repeated within {found.within}")
    table = columns("first cause", "first contacts", "repeats", "of repeats", "seconds")
    for row in found.causes:
        counts = (str(row.cases), str(row.repeats))
        table.add_row(escape(row.name["en"]), *counts, shown(row.share), str(row.seconds))
    whole = f"{found.repeats} of {found.identified}"
    table.add_row("all", "", whole, shown(found.rate), str(found.seconds))
    foot("repeats", table, found.question)


@click.command()
@asking
@click.option("--operator", help="Refused: time is never told of one operator.")
def handling(*, as_json: bool, operator: str | None, **asked: Any) -> None:
    """Show how the time of a month's calls is spread, beside the quality of the same month."""
    found = answered(queries.handling, operator=operator, **asked)
    if as_json:
        print_json(found)
        return
    head(found.question, f"{found.calls} calls from {found.first_on}, in seconds")
    table = columns("part", "calls", "mean", "p50", "p90", "p95")
    for part in found.parts:
        values = (part.mean, part.p50, part.p90, part.p95)
        table.add_row(part.part, str(part.n), *(each or "(no_data)" for each in values))
    show_table(table)
    out.print("\nQuality", style="bold")
    quality = columns("measure", "value", "n", "95 %")
    for each in found.quality:
        low_high = " to ".join(rounded(bound, PLACES) for bound in each.interval or ())
        quality.add_row(each.id, shown_value(each), str(each.n or 0), low_high)
    foot("handling", quality, found.question)


CARE_REPORTS = (repeats, handling)
