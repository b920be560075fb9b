"""`carecredit promise reminders` and `reminded`: what falls due tomorrow, and who knows."""

from typing import Any

import rich_click as click

from carecredit.cli.arrangements import CLIENT, JSON, agreed
from carecredit.cli.context import err, out, print_json
from carecredit.kernel.money import Money


@click.command()
@CLIENT
@JSON
def reminders(code: str, as_json: bool) -> None:
    """List what falls due tomorrow and whose customer asked to be reminded."""
    found = agreed(code).reminders()
    if as_json:
        print_json(found)
        return
    for one in found:
        out.print(
            f"{one.source_id} {one.kind} {Money(one.amount_minor, one.currency)} {one.due_on}"
        )
    if not found:
        err.print("Nobody waits to be reminded.")


@click.command()
@CLIENT
@click.argument("source_id", type=click.UUID)
def reminded(code: str, source_id: Any) -> None:
    """Note that the customer was reminded of a promise, or of a plan's next instalment."""
    agreed(code).reminded(source_id)
    out.print("Noted.")


REMINDERS = (reminders, reminded)
