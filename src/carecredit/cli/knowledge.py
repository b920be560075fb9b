"""`carecredit procedure` and `carecredit gap`: what to do and say, and what is not foreseen."""

import tomllib
from datetime import datetime
from pathlib import Path
from uuid import UUID

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import Instant, desk, err, out, print_json, show_table
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ContactId, GapId
from carecredit.knowledge import views
from carecredit.knowledge.rules import life
from carecredit.mandates.rules import LANGUAGES

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_AT = click.option("--at", type=Instant(), help="As of this instant in place of the clock's.")
_TEXT_LANGUAGE = click.option("--language", help="Such as en; none: the client company's own.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.group()
def procedure() -> None:
    """What a client company wants done and said, in versions."""


@procedure.command()
@_CLIENT
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_JSON
def publish(code: str, file: Path, as_json: bool) -> None:
    """Publish a version from a TOML file: key, topic, owner, [texts.it] with title and body.

    A version that takes another's place names it: supersedes = 3.
    """
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{file.name} is no TOML file: {error}", field="file") from error
    made = desk().knowledge(client=code).publish(told)
    if as_json:
        print_json(made)
    else:
        out.print(f"Published: {made.card.key}, version {made.card.version}", highlight=False)


@procedure.command("list")
@_CLIENT
@click.option("--topic", help="Of this topic alone.")
@_TEXT_LANGUAGE
@_AT
@_JSON
def list_(
    code: str, topic: str | None, language: str | None, at: datetime | None, as_json: bool
) -> None:
    """List the procedures that count."""
    shelf = desk().knowledge(client=code)
    _cards(shelf.procedures(topic=topic, language=language, at=at), as_json=as_json)


@procedure.command()
@_CLIENT
@click.argument("key")
@click.option("--version", type=click.IntRange(min=1), help="None: the one that counts.")
@_TEXT_LANGUAGE
@_AT
@_JSON
def show(
    code: str,
    key: str,
    version: int | None,
    language: str | None,
    at: datetime | None,
    as_json: bool,
) -> None:
    """Show a procedure: its text, what to say, what to avoid."""
    shelf = desk().knowledge(client=code)
    found = shelf.procedure(key, version=version, language=language, at=at)
    if as_json:
        print_json(found)
        return
    card = found.card
    title = f"{card.title} ({card.key}, version {card.version}, {card.language})"
    for line in (title, "", found.body.strip(), ""):
        out.print(escape(line), highlight=False)
    for name, text in found.sentences.items():
        out.print(escape(f"Say ({name}): {text}"), highlight=False)
    for text in found.avoid:
        out.print(escape(f"Avoid: {text}"), highlight=False)


@procedure.command()
@_CLIENT
@click.argument("key")
@_JSON
def versions(code: str, key: str, as_json: bool) -> None:
    """List every version of a procedure that was published."""
    _cards(desk().knowledge(client=code).versions(key), as_json=as_json)


@procedure.command()
@_CLIENT
@click.argument("text", nargs=-1, required=True)
@_TEXT_LANGUAGE
@click.option("--limit", type=click.IntRange(1, 50), default=20, show_default=True)
@_JSON
def search(
    code: str, text: tuple[str, ...], language: str | None, limit: int, as_json: bool
) -> None:
    """Find procedures by words, whatever their accents; a search in vain is counted."""
    shelf = desk().knowledge(client=code)
    found = shelf.search(" ".join(text), language=language, limit=limit)
    if as_json:
        print_json(found)
        return
    _cards(list(found.items), as_json=False)
    if found.count > len(found.items):
        err.print(f"There are {found.count} in all: --limit shows more, another word fewer")


@procedure.command("searches-in-vain")
@_CLIENT
@_JSON
def searches_in_vain(code: str, as_json: bool) -> None:
    """List what was searched for in vain, the most often first."""
    found = desk().knowledge(client=code).searches_in_vain()
    if as_json:
        print_json(found)
        return
    table = _table("times", "last", "words")
    for one in found:
        table.add_row(str(one.times), f"{one.last_at:%Y-%m-%d}", escape(one.words))
    show_table(table)


@click.group()
def gap() -> None:
    """Procedural gaps: what no procedure foresees, until whoever raised it is told."""


@gap.command("raise")
@_CLIENT
@click.option("--topic", required=True, help="A short word, such as wrong_amount.")
@click.option("--contact", "contact_id", type=click.UUID, help="In which contact.")
@click.option("--operator", "name", help="Whom to tell in the end, by name.")
@click.argument("text")
def raise_(code: str, topic: str, contact_id: UUID | None, name: str | None, text: str) -> None:
    """Raise what the procedure does not foresee, and print the gap's id."""
    operator_id = None if name is None else desk().team.operator(name).id
    contact = None if contact_id is None else ContactId(contact_id)
    shelf = desk().knowledge(client=code)
    made = shelf.raise_gap(text, topic=topic, contact_id=contact, operator_id=operator_id)
    out.print(str(made))


@gap.command("list")
@_CLIENT
@click.option("--state", "states", type=click.Choice(list(life().states)), multiple=True)
@click.option("--overdue", is_flag=True, help="Sent, and not acknowledged in time.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@_JSON
def gap_list(
    code: str, states: tuple[str, ...], overdue: bool, language: str, as_json: bool
) -> None:
    """List gaps, in some states or in all."""
    if states and overdue:
        raise click.UsageError("--overdue is a state of its own: leave --state out")
    shelf = desk().knowledge(client=code)
    found = shelf.gaps_overdue() if overdue else shelf.gaps(*states)
    if as_json:
        print_json(found)
        return
    table = _table("id", "version", "state", "since", "topic", "text")
    for one in found:
        state = getattr(life().states[one.state], language)
        since = f"{one.stands_since:%Y-%m-%d}"
        cells = (str(one.id), str(one.version), state, since, one.topic, escape(one.text))
        table.add_row(*cells)
    show_table(table)


@gap.command("show")
@_CLIENT
@click.argument("gap_id", type=click.UUID)
def gap_show(code: str, gap_id: UUID) -> None:
    """Show a gap with its whole life, as JSON."""
    print_json(desk().knowledge(client=code).gap(GapId(gap_id)))


@gap.command()
@_CLIENT
@click.argument("gap_id", type=click.UUID)
@click.argument("move", type=click.Choice([it for it, each in life().moves.items() if each.froms]))
@click.option("--version", type=int, required=True, help="Of the gap, as you saw it.")
@click.option("--why", default="", help="In your words; needed to decline.")
@click.option("--procedure", "key", help="Key of the procedure that was published.")
@click.option("--procedure-version", "number", type=int, help="And its version.")
def move(
    code: str, gap_id: UUID, move: str, version: int, why: str, key: str | None, number: int | None
) -> None:
    """Move a gap on: send, acknowledge, agree, publish, decline, tell."""
    if (key is None) != (number is None):
        raise click.UsageError("--procedure and --procedure-version go together")
    published = None if key is None or number is None else (key, number)
    shelf = desk().knowledge(client=code)
    moved = shelf.move_gap(GapId(gap_id), move, version=version, why=why, procedure=published)
    out.print(f"The gap is {moved.state}, at version {moved.version}.", highlight=False)


COMMANDS = (procedure, gap)


def _cards(found: list[views.Card], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    table = _table("key", "version", "topic", "title", "from", "to", "review", "owner")
    for one in found:
        days = [str(it or "") for it in (one.valid_from, one.valid_to, one.review_on)]
        facts = (one.key, str(one.version), one.topic, escape(one.title))
        table.add_row(*facts, *days, escape(one.owner))
    show_table(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, no_wrap=name != "text")
    return table
