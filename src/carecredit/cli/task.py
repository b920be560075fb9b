"""`carecredit task` and `carecredit next`: what there is to do besides calling, what to propose."""

from datetime import datetime
from uuid import UUID

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import Instant, desk, err, out, print_json, show_table
from carecredit.mandates.rules import LANGUAGES
from carecredit.worklist.rules import Decision, TaskKind, house_rules

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_CUSTOMER = click.option("--customer", required=True, help="Number of the customer.")
_KIND = click.argument("kind", type=click.Choice([str(it) for it in TaskKind]))
_SUBJECT = click.argument("subject", type=click.UUID)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True
)


@click.group()
def task() -> None:
    """What there is to do besides calling: our word, cases, plans, ratings, parked contacts."""


@task.command("list")
@click.option("--client", "code", help="One client company alone.")
@click.option("--kind", "kinds", type=click.Choice([str(it) for it in TaskKind]), multiple=True)
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@_LANGUAGE
@_JSON
def list_(
    code: str | None, kinds: tuple[str, ...], limit: int, language: str, as_json: bool
) -> None:
    """List tasks, best first, and in whose hands they are."""
    found = desk().work.tasks(client=code, kinds=kinds, limit=limit)
    if as_json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("client", "kind", "customer", "due", "held by", "why", "id"):
        table.add_column(name, no_wrap=name != "why")
    for it in found:
        whom = it.customer_name or it.customer_number or ""
        table.add_row(
            it.client_code, it.kind, escape(whom), f"{it.due_at:%Y-%m-%d %H:%M}Z",
            escape(it.held_by or ""), escape(it.sentence[language]), str(it.subject_id),
        )  # fmt: skip
    show_table(table)
    if not found:
        err.print("Nothing waits.")


@task.command()
@_CLIENT
@_KIND
@_SUBJECT
def claim(code: str, kind: str, subject: UUID) -> None:
    """Take a task for half an hour."""
    held = desk().work.claim(subject, client=code, kind=kind)
    out.print(f"Yours until {held.held_until:%H:%M} UTC.")


@task.command("take-over")
@_CLIENT
@_KIND
@_SUBJECT
def take_over(code: str, kind: str, subject: UUID) -> None:
    """Take a task out of another's hands, on record."""
    desk().work.take_over(subject, client=code, kind=kind)


@task.command("give-back")
@_CLIENT
@_KIND
@_SUBJECT
def give_back(code: str, kind: str, subject: UUID) -> None:
    """Give a task back, undone."""
    desk().work.give_back(subject, client=code, kind=kind)


@click.group("next")
def next_() -> None:
    """What the rules propose for a person, why, and what became of proposals."""


@next_.command()
@_CLIENT
@_CUSTOMER
@_LANGUAGE
@_JSON
def show(code: str, customer: str, language: str, as_json: bool) -> None:
    """Say what to propose next to a customer, why, and what to avoid."""
    found = desk().work.next_action(client=code, customer=customer)
    if as_json:
        print_json(found)
        return
    if found is None:
        err.print("Nothing is proposed.")
        return
    names = house_rules().actions
    lines = {
        "Propose": getattr(names[found.action], language),
        "Why": getattr(found.why, language),
        "Say": getattr(found.say, language),
        "Avoid": " ".join(getattr(each, language) for each in found.avoid),
        "Or": ", ".join(getattr(names[each], language) for each in found.alternatives),
        "Rule": f"{found.rule}, version {found.version}",
    }
    for name, value in lines.items():
        out.print(f"{name}: {escape(value)}", highlight=False)


@next_.command()
@_CLIENT
@_CUSTOMER
@click.argument("decision", type=click.Choice([str(it) for it in Decision]))
@click.option("--chosen", help="What was done instead, where it was changed.")
@click.option("--reason", default="", help="Why it did not suit.")
def choose(code: str, customer: str, decision: str, chosen: str | None, reason: str) -> None:
    """Record what you made of the proposal."""
    desk().work.choose(decision, client=code, customer=customer, chosen=chosen, reason=reason)


@next_.command()
@_CLIENT
@click.option("--since", type=Instant(), required=True)
@click.option("--until", type=Instant(), required=True)
def choices(code: str, since: datetime, until: datetime) -> None:
    """Count by rule what became of its proposals."""
    print_json(desk().work.choices(client=code, since=since, until=until))
