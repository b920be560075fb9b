"""`carecredit relief`, `proof` and `reasons`: easing, payments on their way, why not paid."""

from datetime import datetime
from typing import Any

import rich_click as click
from rich.markup import escape

from carecredit.arrangements import rules
from carecredit.arrangements.rules import ReliefKind
from carecredit.arrangements.views import Proof, Relief
from carecredit.cli.arrangements import (
    AMOUNT,
    BY,
    CLIENT,
    CONTACT,
    CURRENCY,
    CUSTOMER,
    DAY,
    JSON,
    METHOD,
    VERSION,
    agreed,
    day_of,
    table_of,
)
from carecredit.cli.context import out, print_json, show_table
from carecredit.kernel.money import major


@click.group()
def relief() -> None:
    """Relief in hardship: what we do and until when, never why."""


@relief.command()
@CLIENT
@CUSTOMER
@click.argument("kind", type=click.Choice([str(it) for it in ReliefKind]))
@click.option("--until", type=DAY, required=True, help="Its last day.")
@click.option("--review-on", type=DAY, help="Look again on this day.")
@click.option("--proof-seen", is_flag=True, help="A proof was seen (and not kept).")
@click.option("--bonus", help="Which public help was told of.")
@click.option("--plan", type=click.UUID, help="The plan whose instalments become smaller.")
@click.option("--instalments", type=click.IntRange(1), help="How many from now on.")
@click.option("--first-on", type=DAY, help="Day of the first of them.")
@VERSION
@BY
@JSON
def grant(
    code: str,
    customer: str,
    kind: str,
    until: datetime,
    review_on: datetime | None,
    as_json: bool,
    **told: Any,
) -> None:
    """Grant a relief; it ends by itself after its last day."""
    count, first = told.pop("instalments"), day_of(told.pop("first_on"))
    if count is not None and first is not None:
        told["wish"] = {"instalments": count, "first_on": first}
    made = agreed(code).grant(
        customer, kind, until=until.date(), review_on=day_of(review_on), **told
    )
    _reliefs([made], as_json)


@relief.command()
@CLIENT
@CUSTOMER
@click.argument("relief_id", type=click.UUID)
@BY
@JSON
def end(code: str, customer: str, relief_id: Any, by: str | None, as_json: bool) -> None:
    """End a relief before its day."""
    _reliefs([agreed(code).end_relief(customer, relief_id, by=by)], as_json)


@relief.command("list")
@CLIENT
@CUSTOMER
@JSON
def list_reliefs(code: str, customer: str, as_json: bool) -> None:
    """List a customer's reliefs; they are shown to who needs them."""
    _reliefs(agreed(code).reliefs(customer), as_json)


@click.group()
def proof() -> None:
    """Payments said to be on their way."""


@proof.command()
@CLIENT
@CUSTOMER
@click.option("--invoice", required=True, help="Its number.")
@AMOUNT
@CURRENCY
@click.option("--paid-on", type=DAY, required=True, help="The day it was paid.")
@METHOD
@click.option("--reference", default="", help="What the bank wrote on it.")
@CONTACT
@BY
@JSON
def announce(
    code: str, customer: str, invoice: str, paid_on: datetime, as_json: bool, **told: Any
) -> None:
    """Note that a payment is on its way; nothing is asked of its invoice meanwhile."""
    facts = {name: value for name, value in told.items() if value is not None}
    _proofs([agreed(code).announce(customer, invoice, paid_on=paid_on.date(), **facts)], as_json)


@proof.command()
@CLIENT
@CUSTOMER
@click.argument("proof_id", type=click.UUID)
@JSON
def withdraw(code: str, customer: str, proof_id: Any, as_json: bool) -> None:
    """Take back a payment that was announced by mistake."""
    _proofs([agreed(code).withdraw(customer, proof_id)], as_json)


@proof.command("list")
@CLIENT
@CUSTOMER
@JSON
def list_proofs(code: str, customer: str, as_json: bool) -> None:
    """List the payments that a customer said were on their way, newest first."""
    _proofs(agreed(code).proofs(customer), as_json)


@click.command()
@click.option("--language", type=click.Choice(["en", "it"]), default="en", show_default=True)
@JSON
def reasons(language: str, as_json: bool) -> None:
    """List why an invoice is not paid, and what comes next for each reason."""
    found = rules.catalogue()
    if as_json:
        print_json({"version": found.version, "reasons": dict(found.reasons)})
        return
    for key, reason in found.reasons.items():
        out.print(f"[bold]{key}[/] {escape(reason.words[language])}", highlight=False)
        out.print(f"  next: {', '.join(reason.next)}", highlight=False)
        out.print(f"  say: {escape(reason.say[language])}", highlight=False)
        out.print(f"  avoid: {escape(reason.avoid[language])}", highlight=False)


def _reliefs(found: list[Relief], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    table = table_of("relief", "kind", "until", "state", "proof seen", "granted by")
    for one in found:
        seen = "yes" if one.proof_seen else "no"
        kind = one.bonus or one.kind
        table.add_row(str(one.id), kind, f"{one.until}", one.state, seen, escape(one.granted_by))
    show_table(table)


def _proofs(found: list[Proof], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    table = table_of("proof", "paid on", "amount", "state", "waits until", "announced by")
    for one in found:
        amount = f"{major(one.amount_minor, one.currency)} {one.currency}"
        days = (f"{one.paid_on}", amount, one.state, f"{one.last_on}")
        table.add_row(str(one.id), *days, escape(one.announced_by))
    show_table(table)
