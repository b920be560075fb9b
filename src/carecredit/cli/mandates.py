"""`carecredit mandate`: the terms in force, and other terms from a day on."""

from datetime import datetime
from typing import Any

import rich_click as click

from carecredit.cli.context import desk, out, print_json
from carecredit.kernel.money import major
from carecredit.mandates.queries import client_by_code
from carecredit.mandates.rules import (
    ALWAYS,
    OF_ARRANGEMENTS,
    AllocationOrder,
    OddCents,
    written_opening,
)
from carecredit.mandates.views import Mandate

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_SHOWN = (
    "follow_up_policy", "promise_grace_days", "promise_days_max", "allocation_order",
    "allocation_natures", "late_charges", "opening_hours", "opening_zone", "opening_calendar",
    *OF_ARRANGEMENTS,
)  # fmt: skip


@click.group()
def mandate() -> None:
    """What a client company agreed with us: tolerances, order of allocation, late charges."""


@mandate.command()
@_CLIENT
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="On this day in place of today.")
@_JSON
def show(code: str, on: datetime | None, as_json: bool) -> None:
    """Show the terms in force."""
    day = {"today": on.date()} if on else {}
    _tell(code, desk().ledger(client=code).terms(**day), as_json)


@mandate.command()
@_CLIENT
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day."
)
@click.option("--allocation-order", type=click.Choice([str(it) for it in AllocationOrder]))
@click.option("--allocation-natures", help="Such as costs,interest,principal.")
@click.option("--late-charges", help="Key of a rule such as it_b2b, or none.")
@click.option("--small-balance", help="A remainder below it is not asked for; such as 1.00.")
@click.option("--promise-grace-days", type=click.IntRange(0), help="Working days of banks.")
@click.option("--promise-days-max", type=click.IntRange(0))
@click.option("--plan-amount-max-minor", type=click.IntRange(0), help="Above: a second person.")
@click.option("--plan-instalments-max", type=click.IntRange(1), help="Above: a second person.")
@click.option("--plan-days-max", type=click.IntRange(1), help="Beyond: a second person.")
@click.option("--plan-missed-max", type=click.IntRange(1), help="So many missed break a plan.")
@click.option("--odd-cents", type=click.Choice([str(it) for it in OddCents]))
@click.option("--proof-days", type=click.IntRange(1), help="Working days of banks.")
@click.option("--relief-days-max", type=click.IntRange(1))
@click.option("--follow-up-policy", help="Such as gentle.")
@click.option(
    "--open",
    "opening",
    multiple=True,
    metavar="DAY=HOURS",
    help="When somebody is there to speak, such as mon=09:00-13:00,14:00-18:00; may be repeated, "
    "a day not named is closed. always: at any hour.",
)
@click.option("--opening-zone", help="On whose clock, such as Europe/Rome; client: its own.")
@click.option("--opening-calendar", help="By whose public days it closes, such as IT-MI, or none.")
@_JSON
def agree(
    code: str, valid_from: datetime, opening: tuple[str, ...], as_json: bool, **terms: Any
) -> None:
    """Agree other terms from a day on; what is not named stays as it was."""
    told = {name: value for name, value in terms.items() if value is not None}
    if opening:
        told["opening_hours"] = _opening(opening)
    _tell(code, desk().ledger(client=code).agree(valid_from=valid_from.date(), **told), as_json)


def _tell(code: str, found: Mandate, as_json: bool) -> None:
    """Show the terms with their amounts as they travel over HTTP too."""
    with desk().store.read(desk().caller) as session:
        currency = client_by_code(session, code=code).currency
    told: dict[str, Any] = {"valid_from": found.valid_from, "currency": currency}
    told["small_balance"] = major(found.small_balance_minor, currency)
    told |= {name: getattr(found, name) for name in _SHOWN}
    if as_json:
        print_json({"id": found.id} | told)
        return
    for name, value in told.items():
        out.print(f"{name}: {value}", highlight=False)


def _opening(told: tuple[str, ...]) -> str:
    """Read the hours as they are typed, day by day; `always` stands alone."""
    if told == (ALWAYS,):
        return ALWAYS
    found: dict[str, list[str]] = {}
    for text in told:
        day, equals, hours = text.partition("=")
        if not equals or day in found:
            raise click.UsageError(f"{text!r}: write each day once, such as mon=09:00-18:00")
        found[day] = [span for span in hours.split(",") if span]
    return written_opening(found)
