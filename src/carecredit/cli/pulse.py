"""`carecredit pulse`: what the ticker does, once and by hand."""

import sys
from datetime import datetime

import rich_click as click
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn

from carecredit.cli.context import Instant, desk, err, out, print_json
from carecredit.desk.views import Pulse


@click.command()
@click.option("--now", type=Instant(), help="Live through this instant in place of the clock's.")
@click.option("--client", "code", help="One client company alone.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def pulse(now: datetime | None, code: str | None, as_json: bool) -> None:
    """Judge promises and plan at most one next touch for each customer.

    Looks at those who owe something or wait for a touch. The same code that the ticker runs; run
    twice, it changes nothing the second time.
    """
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description} {task.completed} customers"),
        console=err,
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task("looking at", total=None)
        done = desk().pulse(
            client=code, now=now, progress=lambda _client, count: bar.advance(task, count)
        )
    if as_json:
        print_json(done)
        return
    for one in done:
        _show(one)
    if not done:
        err.print("There is no client company yet; `carecredit client add` founds one.")


def _show(one: Pulse) -> None:
    out.print(
        f"{escape(one.client)}: {one.planned} touches planned, {one.kept} kept, "
        f"{one.cancelled} cancelled; promises kept {one.promises_kept}, missed "
        f"{one.promises_broken}"
    )
    for reason, count in sorted(one.silent.items(), key=lambda item: -item[1]):
        out.print(f"  silent: {reason} {count}")
