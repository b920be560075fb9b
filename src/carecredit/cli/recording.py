"""`carecredit ledger invoice | correct | ... | limit`: one document or decision at a time."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import reduce
from typing import Any, TypeVar

import rich_click as click
from rich.markup import escape

from carecredit.cli.context import desk, out, print_json
from carecredit.cli.receivables import shares
from carecredit.receivables.operations import Charge
from carecredit.receivables.rules import REFUNDABLE, InvoiceKind
from carecredit.receivables.views import Receipt

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Command], Command]
_DAY = click.DateTime(["%Y-%m-%d"])


def _need(name: str, told: str, into: str | None = None, **more: Any) -> Option[Any]:
    return click.option(
        f"--{name}", into or name.replace("-", "_"), help=told, required=True, **more
    )


def _may(name: str, told: str, into: str | None = None, **more: Any) -> Option[Any]:
    return click.option(f"--{name}", into or name.replace("-", "_"), help=told, **more)


def _day(context: click.Context, option: click.Parameter, value: datetime | None) -> Any:  # noqa: ARG001 - click's own
    return value.date() if value else None


_CLIENT = _need("client", "Client company.", "code")
_CUSTOMER = _need("customer", "Number of the customer.")
_NUMBER = _need("number", "Its number.")
_OWN_NUMBER = _may("number", "Its number (none: its id serves).")
_AMOUNT = _need("amount", "Such as 120.00.")
_PART = _may("amount", "A part of it; none: all of it.")
_CURRENCY = _may("currency", "ISO 4217 code (none: the client company's).")
_REASON = _need("reason", "Why, in words.")
_BY = _need("by", "Who decided.")
_ON = _need("on", "Its day.", type=_DAY, callback=_day)
_FROM = _may("on", "On this day in place of today.", type=_DAY, callback=_day)
_TOLD = _may(
    "onto", "What to put on which invoice; may be repeated.", "told",
    multiple=True, metavar="INVOICE=AMOUNT",
)  # fmt: skip
_SPLIT = "The customer pays the VAT to the treasury."


def _parts(context: click.Context, option: click.Parameter, told: Sequence[str]) -> Any:  # noqa: ARG001 - click's own
    """Read due dates with their amounts; none told is nothing said."""
    try:
        pairs = [one.split("=", 1) for one in told]
        return [(date.fromisoformat(day), amount) for day, amount in pairs] or None
    except ValueError as error:
        raise click.BadParameter("write DAY=AMOUNT, such as 2026-03-31=400.00") from error


_PARTS = _may(
    "instalment", "A due date and what falls due then; repeat it for each.", "instalments",
    multiple=True, metavar="DAY=AMOUNT", callback=_parts,
)  # fmt: skip
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


def _money(command: Command) -> Command:
    """Give a command the options of an amount that came in or was credited."""
    options = (_CLIENT, _NUMBER, _CUSTOMER, _AMOUNT, _CURRENCY, _ON, _TOLD, _JSON)
    return reduce(lambda found, option: option(found), reversed(options), command)


@click.command()
@_CLIENT
@_NUMBER
@_CUSTOMER
@_need("gross", "The document's total, VAT included.")
@_may("tax", "The VAT in it.")
@_CURRENCY
@_ON
@_may("due-on", "Due on this day (none: on its own).", type=_DAY, callback=_day)
@_may(
    "kind", "What it asks for.",
    type=click.Choice([str(one) for one in InvoiceKind]), default="invoice", show_default=True,
)  # fmt: skip
@click.option("--split-payment", is_flag=True, help=_SPLIT)
@_JSON
def invoice(code: str, number: str, on: Any, as_json: bool, **facts: Any) -> None:
    """Record an invoice, an opening balance or a note of interest or costs."""
    made = desk().ledger(client=code).invoice(number, invoiced_on=on, **facts)
    _say(as_json, {"invoice_id": made}, f"Recorded {number}.")


@click.command()
@_CLIENT
@_need("invoice", "Number of the mistaken invoice.", "wrong")
@_need("credit-number", "Number of the credit note that lowers it to zero.")
@_need("number", "Number of the new invoice.")
@_may("gross", "The new document's total, VAT included (none: as it was).")
@_may("tax", "The VAT in it (none: as it was, where the total is).")
@_may("currency", "ISO 4217 code (none: as it was).")
@_need("invoiced-on", "Day of the new invoice.", type=_DAY, callback=_day)
@_may("due-on", "Due on this day (none: as it was).", type=_DAY, callback=_day)
@_PARTS
@_may("segment", "The client company's own (none: as it was).")
@_may(
    "kind", "What it asks for (none: as it was).",
    type=click.Choice([str(one) for one in InvoiceKind]),
)  # fmt: skip
@_FROM
@_REASON
@click.option(
    "--split-payment/--no-split-payment", default=None, help=f"{_SPLIT} (Neither: as it was.)"
)
@_JSON
def correct(code: str, wrong: str, number: str, as_json: bool, **facts: Any) -> None:
    """Put a mistaken invoice right: a credit note, a new one, and what was paid moves over.

    What is not said anew stays as it was, and a dispute or waiver stands on the new one.
    """
    told = {name: value for name, value in facts.items() if value is not None}
    made = desk().ledger(client=code).correct(wrong, number, **told)
    _say(as_json, made, f"Put right: {number} stands in the place of {wrong}.")


@click.command()
@_money
def payment(code: str, on: Any, **facts: Any) -> None:
    """Record money received; without --onto it goes by the mandate's order."""
    _record(desk().ledger(client=code).payment, received_on=on, **facts)


@click.command("credit-note")
@_money
@_may("reason", "Why, in words.")
def credit_note(code: str, on: Any, **facts: Any) -> None:
    """Record a credit note; what no --onto names stands unapplied."""
    _record(desk().ledger(client=code).credit_note, credited_on=on, **facts)


@click.command("opening-credit")
@_money
@_may("reason", "Why, in words.")
def opening_credit(code: str, on: Any, **facts: Any) -> None:
    """Record what stood in the customer's favour when we began."""
    _record(desk().ledger(client=code).opening_credit, credited_on=on, **facts)


@click.command()
@_CLIENT
@_need("of", "Number of the payment or credit.")
@_may(
    "kind", "What it was.",
    type=click.Choice(sorted(map(str, REFUNDABLE))), default="payment", show_default=True,
)  # fmt: skip
@_OWN_NUMBER
@_AMOUNT
@_ON
@_JSON
def refund(code: str, of: str, on: Any, as_json: bool, **facts: Any) -> None:
    """Record money given back out of what stands unapplied."""
    made = desk().ledger(client=code).refund(of, refunded_on=on, **facts)
    _say(as_json, made, f"Given back of {of}.")


@click.command()
@_CLIENT
@_need("of", "Number of the payment.")
@_OWN_NUMBER
@_PART
@_ON
@_JSON
def chargeback(code: str, of: str, on: Any, as_json: bool, **facts: Any) -> None:
    """Record a payment that the bank took back; its invoices are open again from then."""
    made = desk().ledger(client=code).chargeback(of, returned_on=on, **facts)
    _say(as_json, made, f"Taken back: {of}; off {len(made.invoice_ids)} of its invoices.")


@click.command("recovery")
@_CLIENT
@_need("of", "Number of the write-off (see ledger show).")
@_OWN_NUMBER
@_AMOUNT
@_ON
@_JSON
def record_recovery(code: str, of: str, on: Any, as_json: bool, **facts: Any) -> None:
    """Record money on something written off; the balance stays as it is."""
    made = desk().ledger(client=code).recovery(of, received_on=on, **facts)
    _say(as_json, {"entry_id": made}, f"Recovered of {of}.")


@click.command()
@_CLIENT
@_CUSTOMER
@_need("invoice", "Number of the invoice.")
@_PART
@_REASON
@_JSON
def dispute(code: str, as_json: bool, **facts: Any) -> None:
    """Open a dispute; its invoice is silent until it ends."""
    made = desk().ledger(client=code).dispute(facts.pop("invoice"), **facts)
    _say(as_json, {"dispute_id": made}, f"Contested: dispute {made}.")


@click.command("end-dispute")
@_CLIENT
@_may("dispute", "One dispute, by its id.", type=click.UUID)
@_may("invoice", "The only dispute of the invoice of this number.")
@_FROM
@_JSON
def end_dispute(code: str, dispute: Any, invoice: str | None, on: Any, as_json: bool) -> None:
    """End a dispute: from that day on the invoice may be spoken of again."""
    named = [one for one in (dispute, invoice) if one is not None]
    if len(named) != 1:
        raise click.UsageError("name one of --dispute and --invoice")
    desk().ledger(client=code).end_dispute(named[0], on=on)
    _say(as_json, {"ended": str(named[0])}, "The dispute has ended.")


@click.command()
@_CLIENT
@_need("invoice", "Number of the invoice.")
@_need("charge", "What is given up.", type=click.Choice([str(one) for one in Charge]))
@_may("through-on", "Interest through this day (none: all).", type=_DAY, callback=_day)
@_BY
@_REASON
@_JSON
def waive(code: str, invoice: str, as_json: bool, **facts: Any) -> None:
    """Give up late charges on an invoice."""
    made = desk().ledger(client=code).waive(invoice, **facts)
    _say(as_json, {"waiver_id": made}, f"Given up on {invoice}.")


@click.command()
@_CLIENT
@_CUSTOMER
@_may("amount", "The most they may owe, in the client company's currency.", "most")
@click.option("--none", "no_limit", is_flag=True, help="No limit any more.")
@_may("from", "From this day on in place of today.", "valid_from", type=_DAY, callback=_day)
@_BY
@_JSON
def limit(
    code: str, customer: str, most: str | None, no_limit: bool, as_json: bool, **facts: Any
) -> None:
    """Say how much a customer may owe; it is a flag beside the balance, nothing follows of it."""
    if (most is None) != no_limit:
        raise click.UsageError("name one of --amount and --none")
    desk().ledger(client=code).limit(customer, limit=most, **facts)
    _say(as_json, {"customer": customer, "limit": most}, f"Limit of {customer}: {most or 'none'}.")


COMMANDS = (
    invoice, correct, payment, credit_note, opening_credit, refund, chargeback, record_recovery,
    dispute, end_dispute, waive, limit,
)  # fmt: skip


def _record(
    write: Callable[..., Receipt], *, number: str, told: Any, as_json: bool, **facts: Any
) -> None:
    made = write(number, on=shares(told) or None, **facts)
    _say(as_json, made, f"Recorded {number}: {_count(made.shares)}.")


def _count(made: Any) -> str:
    return f"on {len(made)} invoice{'' if len(made) == 1 else 's'}"


def _say(as_json: bool, answer: Any, told: str) -> None:
    if as_json:
        print_json(answer)
        return
    out.print(escape(told), highlight=False)
