"""`carecredit customer hold|end-hold|review-hold|holds`: why we are silent, as somebody told us."""

from datetime import datetime
from typing import Any
from uuid import UUID

import rich_click as click
from rich.markup import escape

from carecredit.cli.context import Instant, desk, out, print_json
from carecredit.desk.wishes import Wishes
from carecredit.holds.rules import BY_HAND

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_CUSTOMER = click.option("--customer", required=True, help="Number of the customer.")
_DAY = click.DateTime(["%Y-%m-%d"])
_DAYS = ("review_on", "registered_on", "treatment_ended_on")


@click.command()
@_CLIENT
@_CUSTOMER
@click.argument("reason", type=click.Choice(sorted(str(it) for it in BY_HAND)))
@click.option("--proof", required=True, help="What proves it.")
@click.option("--invoice", help="About this invoice alone, by number.")
@click.option("--from", "starts_at", type=Instant(), help="From this instant (default: now).")
@click.option("--until", "ends_at", type=Instant(), help="Until this instant.")
@click.option("--review-on", type=_DAY, help="Look again on this day.")
@click.option("--registered-on", type=_DAY, help="A breathing space counts its days from here.")
@click.option("--treatment-ended-on", type=_DAY, help="A crisis breathing space ends after it.")
@click.option("--in-treatment", is_flag=True, help="Crisis treatment lasts; with --review-on.")
def hold(code: str, customer: str, reason: str, **told: Any) -> None:
    """Record a reason to be silent: representation, bereavement, a moratorium, ..."""
    days = {name: told[name].date() if told[name] else None for name in _DAYS}
    placed = _wishes(code, customer).hold(reason, **told | days)
    until = f" until {_at(placed.ends_at)}" if placed.ends_at else ""
    out.print(f"{placed.hold_id}  {reason} since {_at(placed.starts_at)}{until}", highlight=False)


@click.command("end-hold")
@_CLIENT
@_CUSTOMER
@click.argument("hold_id", type=click.UUID)
def end_hold(code: str, customer: str, hold_id: UUID) -> None:
    """End a hold that somebody told us of, now."""
    _wishes(code, customer).end_hold(hold_id)


@click.command("review-hold")
@_CLIENT
@_CUSTOMER
@click.argument("hold_id", type=click.UUID)
@click.option("--on", type=_DAY, required=True, help="The day to look again.")
def review_hold(code: str, customer: str, hold_id: UUID, on: datetime) -> None:
    """Look at a hold again on a later day; it stands until then."""
    _wishes(code, customer).review_hold(hold_id, on.date())


@click.command()
@_CLIENT
@_CUSTOMER
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def holds(code: str, customer: str, as_json: bool) -> None:
    """List the holds that stand now, with the ids that `end-hold` takes."""
    found = _wishes(code, customer).holds()
    if as_json:
        print_json(found)
        return
    for each in found:
        about = f" about {each.invoice_id}" if each.invoice_id else ""
        until = f" until {_at(each.ends_at)}" if each.ends_at else ""
        line = f"{each.id}  {each.reason}{about} since {_at(each.starts_at)}{until}"
        out.print(escape(line), highlight=False)


def _at(moment: datetime) -> str:
    return moment.isoformat()


def _wishes(code: str, customer: str) -> Wishes:
    return desk().wishes(client=code, customer=customer)


COMMANDS = (hold, end_hold, review_hold, holds)
