"""`carecredit plan` and `carecredit worklist`: what comes next for one, and whom to speak with."""

from datetime import datetime

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import Instant, desk, err, out, print_json, show_table
from carecredit.mandates.rules import LANGUAGES

_LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.command()
@click.option("--client", "code", required=True, help="Client company.")
@click.option("--customer", required=True, help="Number of the customer.")
@click.option("--now", type=Instant(), help="As of this instant in place of the clock's.")
@_LANGUAGE
@_JSON
def plan(code: str, customer: str, now: datetime | None, language: str, as_json: bool) -> None:
    """Say what comes next for a customer and why, or why nothing does."""
    found = desk().plan(client=code, customer=customer, now=now)
    if as_json:
        print_json(found)
        return
    out.print(escape(found.sentence[language]), highlight=False)
    if found.due_at is not None:
        out.print(f"Next: {found.step} by {found.channel}, due {found.due_at.isoformat()}")
    elif found.next_on is not None:
        out.print(f"Next look: {found.next_on.isoformat()}")


@click.command()
@click.option("--client", "code", help="One client company alone.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@_LANGUAGE
@_JSON
def worklist(code: str | None, limit: int, language: str, as_json: bool) -> None:
    """List whom to speak with next, and why; best first."""
    items = desk().worklist(client=code, limit=limit)
    if as_json:
        print_json(items)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("client", "customer", "step", "why"):
        table.add_column(name, no_wrap=name != "why")
    for one in items:
        whom = one.customer_name or one.customer_number
        table.add_row(one.client_code, escape(whom), one.step_key, escape(one.sentence[language]))
    show_table(table)
    if not items:
        err.print("Nobody waits for a call right now.")
