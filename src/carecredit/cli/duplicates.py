"""`carecredit duplicates`: persons that may be one, and somebody's word about it."""

from uuid import UUID

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import desk, err, out, print_json, show_table
from carecredit.customers.rules import told_reason
from carecredit.customers.views import PersonCard
from carecredit.mandates.rules import LANGUAGES

_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_REASON = click.option("--reason", required=True, help="What it is known by.")


@click.group()
def duplicates() -> None:
    """Persons that may be one: proposed with reasons, never merged by themselves.

    A person is named by its id as `list` shows it, or by a card: CODE:NUMBER.
    """


@duplicates.command("list")
@click.option("--client", "code", required=True, help="Client company.")
@click.option("--person", help="Of this person alone: an id, or CODE:NUMBER.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@_JSON
def list_(code: str, person: str | None, limit: int, language: str, as_json: bool) -> None:
    """List pairs of persons that may be one, and why."""
    found = desk().duplicates.proposed(client=code, person=person, limit=limit)
    if as_json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("first", "second", "why", "first id", "second id"):
        table.add_column(name, no_wrap=name != "why")
    for it in found:
        why = "; ".join(told_reason(reason)[language] for reason in it.reasons)
        cards = (escape(_cards(it.first)), escape(_cards(it.second)))
        table.add_row(*cards, why, str(it.first_id), str(it.second_id))
    show_table(table)
    if not found:
        err.print("Nobody is proposed.")


@duplicates.command()
@click.argument("one")
@click.argument("other")
@_REASON
def reject(one: str, other: str, reason: str) -> None:
    """Say that two are not one; they are not proposed again."""
    desk().duplicates.reject(one, other, reason=reason)


@duplicates.command()
@click.argument("kept")
@click.argument("gone")
@_REASON
@_JSON
def merge(kept: str, gone: str, reason: str, as_json: bool) -> None:
    """Say that two are one: all of GONE comes to KEPT, and the stricter holds."""
    done = desk().duplicates.merge(kept, gone, reason=reason)
    if as_json:
        print_json(done)
        return
    out.print(f"Merged: {done.gone_id} into {done.kept_id}", highlight=False)
    out.print(f"Undone with: carecredit duplicates undo {done.id}", highlight=False)


@duplicates.command()
@click.argument("merge_id", type=click.UUID)
@_JSON
def undo(merge_id: UUID, as_json: bool) -> None:
    """Part two again; what came since stays with the person kept, and is told."""
    done = desk().duplicates.undo(merge_id)
    if as_json:
        print_json(done)
        return
    out.print(f"Undone: {done.merge.gone_id} is somebody else again", highlight=False)
    stayed = ", ".join(f"{name} {rows}" for name, rows in done.stayed.items())
    if stayed:
        out.print(f"Came since, stays with {done.merge.kept_id}: {stayed}", highlight=False)


@duplicates.command()
@click.argument("person")
def merges(person: str) -> None:
    """List the merges of a person, the latest first, those undone as well."""
    print_json(desk().duplicates.merges(person))


def _cards(cards: tuple[PersonCard, ...]) -> str:
    return ", ".join(f"{card.name or '?'} ({card.number})" for card in cards)
