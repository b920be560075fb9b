"""`carecredit contact` and `carecredit timeline`: one exchange, and the whole story."""

import json
from typing import Any
from uuid import UUID

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import desk, err, out, print_json, show_table
from carecredit.contact_policy.rules import CHANNELS
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ContactId
from carecredit.mandates.rules import LANGUAGES
from carecredit.outreach.rules import Disposition, Identified, RightParty
from carecredit.timeline.rules import Kind

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_CONTACT = click.argument("contact_id", type=click.UUID)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.group()
def contact() -> None:
    """One exchange with one person: begin it, make sure who speaks, wrap it up."""


@contact.command()
@_CLIENT
@click.option("--customer", required=True, help="Number of the customer.")
@click.option("--channel", type=click.Choice(sorted(CHANNELS)), required=True)
@click.option("--topic", help="What about, in a word of your own.")
@click.option("--language", help="Spoken; none: the customer's own.")
@click.option("--automatic", is_flag=True, help="An out-of-office or a bounce; nobody spoke.")
def receive(code: str, customer: str, channel: str, **about: Any) -> None:
    """Begin a contact that the person began, and print its id."""
    out.print(str(desk().contacts(client=code).receive(customer, channel=channel, **about)))


@contact.command()
@_CLIENT
@click.option("--customer", required=True, help="Number of the customer.")
@_JSON
def call(code: str, customer: str, as_json: bool) -> None:
    """Take a call to a customer now: our word, a reminder, thanks; the contact rules decide."""
    taken = desk().contacts(client=code).call(customer)
    if as_json:
        print_json(taken)
        return
    out.print(f"{taken.contact_id} {taken.number}", highlight=False)
    for duty in taken.obligations:
        err.print(escape(duty["en"]))


@contact.command()
@_CLIENT
@_CONTACT
@click.option("--found", type=click.Choice([str(it) for it in RightParty]), default="confirmed")
@click.option(
    "--by",
    "facts",
    type=click.Choice([str(it) for it in Identified]),
    multiple=True,
    help="What the person proved to know; two at least. The facts themselves are not kept.",
)
def confirm(code: str, contact_id: UUID, found: str, facts: tuple[str, ...]) -> None:
    """Write down who is speaking, before any word of money."""
    desk().contacts(client=code).confirm(ContactId(contact_id), found=found, identified_by=facts)


@contact.command("wrap-up")
@_CLIENT
@_CONTACT
@click.argument("disposition", type=click.Choice([str(it) for it in Disposition]))
@click.option("--note", default="", help="In your words.")
@click.option(
    "--with",
    "more",
    default="{}",
    help="Whatever else came of it, as JSON: the fields of a wrap-up as REST has them.",
)
@_JSON
def wrap_up(
    code: str, contact_id: UUID, disposition: str, note: str, more: str, as_json: bool
) -> None:
    """Close a contact: outcome, cause, promise, dispute, call-back; all of it or nothing."""
    try:
        said = json.loads(more)
    except ValueError as error:
        raise Invalid(f"--with is no JSON: {error}", field="with") from error
    if not isinstance(said, dict):
        raise Invalid('--with is an object: {"root_cause": "move"}', field="with")
    closed = (
        desk()
        .contacts(client=code)
        .wrap_up(ContactId(contact_id), disposition=disposition, note=note, **said)
    )
    if as_json:
        print_json(closed)
    else:
        out.print(f"Contact {closed.contact_id} is wrapped up.")


@contact.command("take-over")
@_CLIENT
@_CONTACT
def take_over(code: str, contact_id: UUID) -> None:
    """Take a contact that has not ended out of another's hands."""
    desk().contacts(client=code).take_over(ContactId(contact_id), operator_id=None)


@contact.command()
@_CLIENT
@_CONTACT
def show(code: str, contact_id: UUID) -> None:
    """Show one contact."""
    print_json(desk().contacts(client=code).show(ContactId(contact_id)))


@click.command()
@_CLIENT
@click.option("--customer", required=True, help="Number of the customer.")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([str(it) for it in Kind]),
    multiple=True,
    help="Only lines of this kind; may be named more than once.",
)
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@_JSON
def timeline(
    code: str, customer: str, kinds: tuple[str, ...], limit: int, language: str, as_json: bool
) -> None:
    """Tell all that happened with a customer, newest first."""
    page = desk().timeline(
        client=code, customer=customer, kinds=[Kind(it) for it in kinds], limit=limit
    )
    if as_json:
        print_json(page)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("when", "what", "who", "note"):
        table.add_column(name, no_wrap=name in {"when", "who"})
    for it in page.lines:
        when = f"{it.at:%Y-%m-%d %H:%M}Z"
        table.add_row(when, escape(it.sentence[language]), escape(it.by or ""), escape(it.note))
    show_table(table)
    if page.after is not None:
        err.print(f"There is more: --limit {min(200, 2 * limit)}")
