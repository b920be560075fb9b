"""`carecredit promise` and `carecredit payment-plan`: words given, and instalments agreed."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from typing import Any, TypeVar

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.arrangements.rules import PayMethod, PlanState, Unit
from carecredit.arrangements.views import PaymentPlan, PlanCard, Promise
from carecredit.cli.context import desk, out, print_json, show_table
from carecredit.desk.arrangements import Arrangements
from carecredit.kernel.money import major

Command = TypeVar("Command", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
CLIENT = click.option("--client", "code", required=True, help="Client company.")
CUSTOMER = click.option("--customer", required=True, help="Number of the customer.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
AMOUNT = click.option("--amount", required=True, help="Such as 120.00.")
CURRENCY = click.option("--currency", help="ISO 4217 code (none: the client company's).")
METHOD = click.option(
    "--method", type=click.Choice([str(it) for it in PayMethod]), help="How it is paid."
)
INVOICES = click.option(
    "--invoice", "invoices", multiple=True, help="Its number; may be repeated (none: all open)."
)
REMIND = click.option("--remind", is_flag=True, help="A reminder the day before is wanted.")
CONTACT = click.option(
    "--contact", "contact_id", type=click.UUID, help="In which contact it was said."
)
BY = click.option("--by", help="Who acts (none: you).")
VERSION = click.option("--version", type=click.IntRange(1), help="The version that you have read.")
REASON = click.option("--reason", required=True, help="Why, in words.")


def day_of(value: datetime | None) -> Any:
    """Give the day that was typed, if any."""
    return value.date() if value else None


def agreed(code: str) -> Arrangements:
    """Open what is agreed with a client company's customers."""
    return desk().arrangements(client=code)


def table_of(*columns: str) -> Table:
    """Make a table in which nothing is cut."""
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, no_wrap=True)
    return table


def rhythm_options(command: Command) -> Command:
    """Give a command the options by which instalments are wished."""
    options = (
        click.option("--instalments", type=click.IntRange(1), help="How many."),
        click.option("--each", help="The amount of each, in place of how many."),
        click.option("--first-on", type=DAY, required=True, help="Day of the first."),
        click.option("--every", type=click.IntRange(1), default=1, show_default=True),
        click.option(
            "--unit", type=click.Choice([str(it) for it in Unit]), default="months",
            show_default=True,
        ),
        click.option("--month-end", is_flag=True, help="On the last day of each month."),
        click.option(
            "--working-day/--any-day", default=True, show_default=True,
            help="A day on which banks are closed gives way to the next.",
        ),
        INVOICES,
        REMIND,
        CONTACT,
    )  # fmt: skip
    return reduce(lambda found, option: option(found), reversed(options), command)


def wish_of(told: dict[str, Any]) -> dict[str, Any]:
    """Give the wished plan as the desk takes it."""
    return {name: value for name, value in told.items() if value is not None} | {
        "first_on": day_of(told["first_on"])
    }


@click.group()
def promise() -> None:
    """Promises to pay: taken, listed, taken back."""


@promise.command()
@CLIENT
@CUSTOMER
@AMOUNT
@CURRENCY
@click.option("--on", type=DAY, required=True, help="The day it is promised for.")
@METHOD
@INVOICES
@click.option("--given-by", default="", help="Who gave it, where it was not the customer.")
@click.option("--given-to", help="Who took it down (none: you).")
@REMIND
@CONTACT
@JSON
def take(code: str, customer: str, on: datetime, as_json: bool, **told: Any) -> None:
    """Take a promise; nothing is asked until its day and the bank's grace have passed."""
    facts = {name: value for name, value in told.items() if value is not None}
    made = agreed(code).promise(customer, on=on.date(), **facts)
    _promises([made], as_json)


@promise.command("list")
@CLIENT
@CUSTOMER
@JSON
def list_promises(code: str, customer: str, as_json: bool) -> None:
    """List a customer's promises, newest first."""
    _promises(agreed(code).promises(customer), as_json)


@promise.command()
@CLIENT
@CUSTOMER
@click.argument("promise_id", type=click.UUID)
def cancel(code: str, customer: str, promise_id: Any) -> None:
    """Take back a promise that is not judged yet."""
    agreed(code).cancel_promise(customer, promise_id)
    out.print("The promise is taken back; its silence has ended.")


@click.group("payment-plan")
def payment_plan() -> None:
    """Payment plans: proposed, approved by a second person, changed, ended."""


@payment_plan.command()
@CLIENT
@CUSTOMER
@CURRENCY
@rhythm_options
@click.option("--reason", default="", help="Why, in words.")
@BY
@JSON
def propose(code: str, customer: str, by: str | None, as_json: bool, **told: Any) -> None:
    """Agree a plan within the powers of the mandate, or propose it to a second person."""
    _plan(agreed(code).propose(customer, by=by, **wish_of(told)), as_json)


@payment_plan.command()
@CLIENT
@click.argument("plan_id", type=click.UUID)
@rhythm_options
@REASON
@VERSION
@BY
@JSON
def renegotiate(
    code: str, plan_id: Any, version: int | None, by: str | None, as_json: bool, **told: Any
) -> None:
    """Put another plan in the place of one that runs; what was paid stays paid."""
    made = agreed(code).renegotiate(plan_id, version=version, by=by, **wish_of(told))
    _plan(made, as_json)


@payment_plan.command()
@CLIENT
@click.argument("plan_id", type=click.UUID)
@VERSION
@BY
@JSON
def approve(code: str, plan_id: Any, as_json: bool, **words: Any) -> None:
    """Agree to a proposed plan as the second person."""
    _plan(agreed(code).approve(plan_id, **words), as_json)


@payment_plan.command()
@CLIENT
@click.argument("plan_id", type=click.UUID)
@REASON
@VERSION
@BY
@JSON
def reject(code: str, plan_id: Any, as_json: bool, **words: Any) -> None:
    """Decline a proposed plan, with a reason."""
    _plan(agreed(code).reject(plan_id, **words), as_json)


@payment_plan.command("cancel")
@CLIENT
@click.argument("plan_id", type=click.UUID)
@REASON
@VERSION
@BY
@JSON
def cancel_plan(code: str, plan_id: Any, as_json: bool, **words: Any) -> None:
    """End a plan that waits or runs, with a reason."""
    _plan(agreed(code).cancel(plan_id, **words), as_json)


@payment_plan.command("break")
@CLIENT
@click.argument("plan_id", type=click.UUID)
@REASON
@VERSION
@BY
@JSON
def break_off(code: str, plan_id: Any, as_json: bool, **words: Any) -> None:
    """Call a plan broken, once as many instalments are missed as the mandate says."""
    _plan(agreed(code).break_off(plan_id, **words), as_json)


@payment_plan.command()
@CLIENT
@click.argument("plan_id", type=click.UUID)
def thank(code: str, plan_id: Any) -> None:
    """Note that the customer was thanked for a plan paid to the end."""
    agreed(code).thank(plan_id)
    out.print("Noted.")


@payment_plan.command()
@CLIENT
@click.argument("plan_id", type=click.UUID)
@JSON
def show(code: str, plan_id: Any, as_json: bool) -> None:
    """Show a plan whole: its instalments and its history."""
    _plan(agreed(code).plan(plan_id), as_json)


@payment_plan.command("list")
@CLIENT
@click.option("--customer", help="Number of the customer (none: all).")
@click.option("--state", type=click.Choice([str(it) for it in PlanState]), help="None: all.")
@JSON
def list_plans(code: str, customer: str | None, state: str | None, as_json: bool) -> None:
    """List payment plans; `--state proposed` are those that wait for approval."""
    cards = agreed(code).plans(customer, state=state)
    if as_json:
        print_json(cards)
        return
    table = table_of("plan", "state", "version", "amount", "proposed by", "beyond")
    for card in cards:
        table.add_row(*_card(card))
    show_table(table)


def _promises(found: list[Promise], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    table = table_of("promise", "for", "amount", "state", "kept", "given by", "given to")
    for one in found:
        kept = "" if one.kept_minor is None else major(one.kept_minor, one.currency)
        amount = f"{major(one.amount_minor, one.currency)} {one.currency}"
        names = (escape(one.given_by or "the customer"), escape(one.given_to))
        table.add_row(str(one.id), f"{one.promised_on}", amount, one.state, kept, *names)
    show_table(table)


def _plan(found: PaymentPlan, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    card = found.card
    plan_id, state, version, amount, by, beyond = _card(card)
    out.print(f"Plan {plan_id}: {state}, version {version}, {amount}, by {by}", highlight=False)
    if card.state == PlanState.PROPOSED:
        out.print(f"It goes beyond the powers ({beyond}): a second person approves it.")
    parts = table_of("instalment", "due", "amount", "paid", "state")
    for part in found.instalments:
        amounts = (major(part.amount_minor, card.currency), major(part.paid_minor, card.currency))
        parts.add_row(str(part.position), f"{part.due_on}", *amounts, part.state)
    show_table(parts)
    events = table_of("version", "what", "when", "by", "why")
    for one in found.events:
        told = (escape(one.by), escape(one.reason))
        events.add_row(str(one.version), one.kind, f"{one.at:%Y-%m-%d %H:%M}Z", *told)
    show_table(events)


def _card(card: PlanCard) -> tuple[str, ...]:
    amount = f"{major(card.amount_minor, card.currency)} {card.currency}"
    by = escape(card.proposed_by)
    return str(card.id), card.state, str(card.version), amount, by, card.beyond
