"""`carecredit ledger` and `carecredit mandate`: a customer's account, corrections, terms."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any, TypeVar

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import desk, err, out, print_json, show_table
from carecredit.cli.report import known
from carecredit.desk.ledger import Ledger
from carecredit.kernel.calendars import local_date
from carecredit.kernel.money import major
from carecredit.mandates.rules import LANGUAGES
from carecredit.receivables.rules import KIND_WORDS, EntryKind
from carecredit.receivables.views import LateCharge, LedgerLine

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_CUSTOMER = click.option("--customer", required=True, help="Number of the customer.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True
)
_KIND = click.option(
    "--kind",
    type=click.Choice(["payment", "credit_note", "opening_credit"]),
    default="payment",
    show_default=True,
)
_OUTSIDE = {"en": "outside the balance", "it": "fuori dal saldo"}
_KNOWN = click.option("--known-at", help="As known at the end of a day, or at an instant.")
Command = TypeVar("Command", bound=Callable[..., Any])
_DAY = click.DateTime(["%Y-%m-%d"])


def _on(name: str, told: str) -> Callable[[Command], Command]:
    return click.option(f"--{name}", name.replace("-", "_"), type=_DAY, help=told)


@click.group()
def ledger() -> None:
    """A customer's account: what is owed, what moved it, what is put right."""


@ledger.command()
@_CLIENT
@_CUSTOMER
@_on("as-of", "End of this day in place of today.")
@_KNOWN
@click.option("--limit", type=click.IntRange(1, 1000), default=200, show_default=True)
@_LANGUAGE
@_JSON
def show(
    code: str, customer: str, as_of: datetime | None, known_at: str | None, limit: int,
    language: str, as_json: bool,
) -> None:  # fmt: skip
    """List every document and movement with both dates, what was applied and undone."""
    day = as_of.date() if as_of else None
    page = _of(code).lines(customer, as_of=day, known_at=known(known_at), limit=limit)
    if as_json:
        print_json(page)
        return
    table = _table("date", "recorded", "kind", "number", "moves", "applied to")
    days = _of(code).days()
    for line in page.lines:
        table.add_row(*_cells(line, language, days))
    show_table(table)
    if page.next is not None:
        err.print("... and more; --limit shows more lines")


@ledger.command()
@_CLIENT
@_CUSTOMER
@_on("as-of", "End of this day in place of today.")
@_KNOWN
@_JSON
def balance(
    code: str, customer: str, as_of: datetime | None, known_at: str | None, as_json: bool
) -> None:
    """Say what a customer owes, by currency, beside the limit."""
    found = _of(code).balance(customer, **_when(as_of, known_at))
    if as_json:
        print_json(found)
        return
    table = _table("currency", "open", "past due", "disputed", "unapplied", "net")
    for it in found:
        amounts = (
            it.open_minor, it.past_due_minor, it.disputed_minor, it.unapplied_minor, it.net_minor,
        )  # fmt: skip
        table.add_row(it.currency, *(major(minor, it.currency) for minor in amounts))
    show_table(table)
    for exposed in _of(code).exposure(customer):
        if exposed.over_limit and exposed.limit_minor is not None:
            limit = major(exposed.limit_minor, exposed.currency)
            err.print(f"Above the limit of {limit} {exposed.currency}: nothing follows of itself.")


@ledger.command("late-charges")
@_CLIENT
@_CUSTOMER
@_on("as-of", "Through this day in place of today.")
@_KNOWN
@click.option("--rule", help="Look at another rule than the mandate's, such as it_b2b.")
@_JSON
def late_charges(
    code: str, customer: str, as_of: datetime | None, known_at: str | None, rule: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Show what lateness would come to, line by line; nothing is charged."""
    found = _of(code).late_charges(customer, rule=rule, **_when(as_of, known_at))
    if as_json:
        print_json(found)
        return
    for it in found:
        _tell_charge(it)
    if not found:
        err.print("Nothing: no invoice was late, or the mandate names no rule (--rule looks).")


@ledger.command()
@_CLIENT
@click.option("--number", required=True, help="Number of the payment or credit.")
@_KIND
@click.option(
    "--on", "told", multiple=True, metavar="INVOICE=AMOUNT",
    help="What to put on which invoice; may be repeated. None: the mandate's order.",
)  # fmt: skip
@_on("applied-on", "From this day on in place of today.")
@_JSON
def allocate(
    code: str, number: str, kind: str, told: tuple[str, ...], applied_on: datetime | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Put what stands unapplied of a payment or credit on invoices."""
    day = applied_on.date() if applied_on else None
    receipt = _of(code).allocate(number, kind=kind, on=shares(told), applied_on=day)
    if as_json:
        print_json(receipt)
        return
    count = len(receipt.shares)
    out.print(f"Put on {count} invoice{'' if count == 1 else 's'}.")


@ledger.command()
@_CLIENT
@click.option("--allocation", type=click.UUID, help="One share, by its id (see show --json).")
@click.option("--number", help="Every share of the payment or credit of this number.")
@_KIND
@_on("on", "From this day on in place of today.")
@_JSON
def undo(
    code: str, allocation: Any, number: str | None, kind: str, on: datetime | None, as_json: bool
) -> None:
    """Take a share, or every share of a payment, off its invoices; the past stays as it was."""
    if (allocation is None) == (number is None):
        raise click.UsageError("name one of --allocation and --number")
    undone = _of(code).undo(
        allocation=allocation, payment=number, kind=kind, on=on.date() if on else None
    )
    if as_json:
        print_json(undone)
        return
    out.print(f"Taken off {len(undone.invoice_ids)} of its invoices; it stands unapplied.")


@ledger.command("write-off")
@_CLIENT
@click.option("--invoice", required=True, help="Number of the invoice.")
@click.option("--amount", help="A part of it; none: all that is open.")
@click.option("--reason", required=True, help="Why, in words.")
@_on("on", "On this day in place of today.")
@_JSON
def write_off(
    code: str, invoice: str, amount: str | None, reason: str, on: datetime | None, as_json: bool
) -> None:
    """Give up what an invoice has open, or an amount of it."""
    day = on.date() if on else None
    receipt = _of(code).write_off(invoice, reason=reason, amount=amount, on=day)
    if as_json:
        print_json(receipt)
        return
    out.print(f"Given up on {escape(invoice)}.")


@ledger.command("small-balances")
@_CLIENT
@click.option("--write-off", "give_up", is_flag=True, help="Give them up, all in one call.")
@_on("as-of", "End of this day in place of today.")
@_KNOWN
@_JSON
def small_balances(
    code: str, give_up: bool, as_of: datetime | None, known_at: str | None, as_json: bool
) -> None:
    """List what is open below the mandate's tolerance, or give it up."""
    if give_up and (as_of or known_at):
        raise click.UsageError("what is given up is what is open now: leave the days out")
    if give_up:
        done = _of(code).write_off_small_balances()
        if as_json:
            print_json(done)
            return
        out.print(f"Given up: {done.count}, {major(done.minor, done.currency)} {done.currency}.")
        return
    found = _of(code).small_balances(
        as_of=as_of.date() if as_of else None, known_at=known(known_at)
    )
    if as_json:
        print_json(found)
        return
    table = _table("invoice", "due", "open")
    for it in found:
        table.add_row(escape(it.number), str(it.due_on), major(it.open_minor, it.currency))
    show_table(table)


def _when(as_of: datetime | None, known_at: str | None) -> dict[str, Any]:
    """Give the day and the knowledge a question is asked with; today unless told."""
    return {"known_at": known(known_at)} | ({"today": as_of.date()} if as_of else {})


def _of(code: str) -> Ledger:
    return desk().ledger(client=code)


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, no_wrap=True)
    return table


def _cells(line: LedgerLine, language: str, days: tzinfo) -> tuple[str, ...]:
    applied = ", ".join(
        f"{one.other_number} {major(one.amount_minor, line.currency)}" for one in line.applied
    )
    return (
        str(line.effective_on),
        str(local_date(line.recorded_at, days)),
        KIND_WORDS[line.kind][language],
        escape(line.number),
        _moves(line, language),
        escape(applied),
    )


def _moves(line: LedgerLine, language: str) -> str:
    """How a line moves the balance; money on what was given up is shown, and that it does not."""
    moved = f"{major(line.change_minor, line.currency)} {line.currency}"
    if line.kind != EntryKind.RECOVERY:
        return moved
    return f"{moved} ({major(line.amount_minor, line.currency)} {_OUTSIDE[language]})"


def _tell_charge(it: LateCharge) -> None:
    out.print(
        f"{escape(it.number)}: interest {major(it.interest_minor, it.currency)}, compensation "
        f"{major(it.compensation_minor, it.currency)}, given up "
        f"{major(it.interest_waived_minor + it.compensation_waived_minor, it.currency)} "
        f"{it.currency} ({it.rule})",
        highlight=False,
    )
    for line in it.lines:
        principal = major(line.principal_minor, it.currency)
        out.print(
            f"  {line.from_on} to {line.through_on}: {line.days} days on {principal} at "
            f"{line.percent} % = {line.interest}",
            highlight=False,
        )
    if it.unknown_from is not None:
        err.print(f"No rate is known from {it.unknown_from} on: the interest stops before it.")


def shares(told: tuple[str, ...]) -> dict[str, str]:
    """Read what is to go on which invoice."""
    found = {}
    for one in told:
        number, sign, amount = one.rpartition("=")
        if not sign:
            raise click.UsageError(f"{one!r}: write INVOICE=AMOUNT")
        found[number] = amount
    return found
