"""`carecredit case`: opening, reading and moving cases, by a client company's code."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cases import views
from carecredit.cases.rules import (
    MOVES,
    CaseKind,
    CaseState,
    HandTo,
    Priority,
    Resolution,
    told_in_words,
)
from carecredit.cli.context import Instant, desk, out, print_json, show_table
from carecredit.desk.cases import Cases
from carecredit.kernel.ids import CaseId

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_VERSION = click.option(
    "--version", type=int, help="The version you read; another one is refused with what changed."
)
_DAY = click.DateTime(["%Y-%m-%d"])
KINDS = click.Choice([str(it) for it in CaseKind])


def of_a_case(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its client company and its case."""
    case = click.argument("case", type=click.UUID)
    return reduce(lambda wrapped, option: option(wrapped), (case, _CLIENT), command)


def cases(code: str) -> Cases:
    """Open the cases of a client company."""
    return desk().cases(client=code)


def moved(found: views.Case) -> None:
    """Say how a case stands after a move."""
    out.print(f"{found.id} {found.state}, version {found.version}", highlight=False)


@click.group()
def case() -> None:
    """Cases: one matter from opening to resolution, its deadlines, and our own word."""


@case.command("open")
@_CLIENT
@click.option("--customer", required=True, help="Number of the customer.")
@click.option("--kind", type=KINDS, required=True, help="What it is about.")
@click.option("--subject", default="", help="In a few words; an overdue case needs none.")
@click.option(
    "--invoice", "told", multiple=True, metavar="NUMBER[=AMOUNT]",
    help="About this invoice, or an amount of it that is contested; may be repeated.",
)  # fmt: skip
@click.option("--proof", default="", help="What proves it, where invoices are held.")
@click.option("--topic", help="A code such as no_service.")
@click.option("--language", help="it or en (none: the customer's).")
@click.option("--priority", type=click.Choice([str(it) for it in Priority]))
@click.option("--owner", help="Who takes care of it.")
@click.option("--review-on", type=_DAY, help="Look at the hold again on this day.")
@_JSON
def open_(code: str, customer: str, told: tuple[str, ...], as_json: bool, **facts: Any) -> None:
    """Open a case; a complaint or dispute about invoices holds them at once."""
    review_on: datetime | None = facts.pop("review_on")
    if facts["kind"] == CaseKind.OVERDUE:
        facts = {"kind": facts["kind"]}
    else:
        facts |= {"review_on": review_on.date() if review_on else None}
    invoices = {number: text or None for number, _, text in (each.partition("=") for each in told)}
    found = cases(code).open(customer=customer, invoices=invoices, **facts)
    if as_json:
        print_json(found)
    elif found is None:
        out.print("Nothing past due is open: no case.")
    else:
        moved(found)


@case.command("list")
@_CLIENT
@click.option("--customer", help="Of this customer, by number.")
@click.option("--invoice", help="About this invoice, by number.")
@click.option("--kind", "kinds", multiple=True, type=KINDS, help="May be repeated.")
@click.option(
    "--state", "states", multiple=True, type=click.Choice([str(it) for it in CaseState]),
    help="May be repeated.",
)  # fmt: skip
@click.option("--owner", help="Who takes care of them.")
@click.option("--unresolved", is_flag=True, help="Only what is not resolved.")
@click.option("--overdue", is_flag=True, help="Only what is past a deadline.")
@click.option("--limit", default=50, show_default=True)
@_JSON
def list_(code: str, as_json: bool, limit: int, **wanted: Any) -> None:
    """List cases, the newest first, and how many there are."""
    found = cases(code).find(limit=limit, **wanted)
    counts = cases(code).counts(**wanted)
    if as_json:
        print_json({"items": found, "counts": counts})
        return
    table = Table(box=None, pad_edge=False)
    for name in ("case", "kind", "state", "priority", "owner", "next due", "subject"):
        table.add_column(name, no_wrap=True)
    for it in found:
        due = f"{it.next_due_at:%Y-%m-%d %H:%MZ}" if it.next_due_at else ""
        late = " late" if it.overdue else ""
        facts = (it.case.kind, it.case.state, it.case.priority, it.case.owner or "")
        table.add_row(str(it.case.id), *map(escape, facts), due + late, escape(it.case.subject))
    show_table(table)
    out.print(f"{counts.total} in all, {counts.overdue} past a deadline", highlight=False)


@case.command()
@of_a_case
@_JSON
def show(code: str, case: UUID, as_json: bool) -> None:
    """Show a case: what happened, its invoices, its deadlines, what we gave to expect."""
    found = cases(code).show(CaseId(case))
    if as_json:
        print_json(found)
        return
    it = found.case
    out.print(f"{it.kind}, {it.state}, {it.priority}, version {it.version}: {escape(it.subject)}")
    for event in found.events:
        words = told_in_words("event", event.code)["en"]
        reason = f" {escape(event.reason)}" if event.reason else ""
        out.print(f"{event.happened_at:%Y-%m-%d %H:%MZ} {event.party}: {words}{reason}")
    for one in found.deadlines:
        due = f"{one.due_at:%Y-%m-%d %H:%MZ}" if one.due_at else "paused"
        late = ", missed" if one.breached_at else ""
        out.print(f"Deadline {one.kind} {one.number}: {due}, {one.outcome}{late}")
    for word in found.expectations:
        out.print(f"Expected by {word.due_at:%Y-%m-%d %H:%MZ}: {escape(word.what)} ({word.state})")
    out.print(f"May follow: {', '.join(found.allowed)}")


@case.command()
@of_a_case
@click.argument("event", type=click.Choice(MOVES))
@click.option("--reason", default="", help="Why, or what was said.")
@click.option("--automatic", is_flag=True, help="A machine sent it by itself: it answers nobody.")
@click.option("--at", "happened_at", type=Instant(), help="When it happened (default: now).")
@_VERSION
def move(code: str, case: UUID, event: str, **facts: Any) -> None:
    """Write that something happened; a customer who writes again opens a resolved case."""
    moved(cases(code).move(CaseId(case), event, **facts))


@case.command()
@of_a_case
@click.option("--solution", required=True, help="How it was solved, in words.")
@click.option(
    "--as", "resolution", type=click.Choice([str(it) for it in Resolution]), default="solved",
    show_default=True, help="Why it ends.",
)  # fmt: skip
@_VERSION
def resolve(code: str, case: UUID, **facts: Any) -> None:
    """Resolve a case; what it held is free unless another case holds it too."""
    moved(cases(code).resolve(CaseId(case), facts.pop("solution"), **facts))


@case.command()
@of_a_case
@click.option("--reason", required=True, help="Why.")
@_VERSION
def reopen(code: str, case: UUID, reason: str, version: int | None) -> None:
    """Open a resolved case again; its invoices are held again."""
    moved(cases(code).reopen(CaseId(case), reason, version=version))


@case.command()
@of_a_case
@click.argument("text")
def note(code: str, case: UUID, text: str) -> None:
    """Write a note beside a case."""
    moved(cases(code).note(CaseId(case), text))


@case.command()
@of_a_case
@click.option("--owner", help="Who takes care of it (none: nobody for now).")
@click.option("--squad", help="Whose it is together.")
@_VERSION
def assign(code: str, case: UUID, **facts: Any) -> None:
    """Give a case its owner and squad."""
    moved(cases(code).assign(CaseId(case), **facts))


@case.command("hand-over")
@of_a_case
@click.option("--to", type=click.Choice([str(it) for it in HandTo]), required=True)
@click.option("--name", required=True, help="Of the operator or squad, or whom at the company.")
@click.option("--asked", required=True, help="What the customer asked for.")
@click.option("--tried", required=True, help="What was tried.")
@click.option("--promised", default="", help="What the customer was promised.")
@click.option("--mood", default="", help="The mood as the operator heard it.")
@click.option("--reason", default="", help="Why it is handed over.")
@click.option("--tell-by", type=Instant(), help="By when the customer hears of it.")
@_VERSION
def hand_over(code: str, case: UUID, **story: Any) -> None:
    """Hand a case over with its story; the customer has to be told."""
    moved(cases(code).hand_over(CaseId(case), **story))


@case.command("customer-told")
@of_a_case
@click.argument("how")
def customer_told(code: str, case: UUID, how: str) -> None:
    """Record that the customer knows who takes care of the case."""
    moved(cases(code).customer_told(CaseId(case), how))
