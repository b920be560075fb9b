"""Setting up: the database, client companies, keys."""

import os
from typing import Any

import rich_click as click
from rich.markup import escape

from carecredit import schema
from carecredit import settings as settings_module
from carecredit.cli.context import desk, err, out, print_json
from carecredit.kernel.banking import in_fours
from carecredit.mandates import queries as mandates
from carecredit.store.engine import make_engine
from carecredit.team.rules import Role


@click.group()
def db() -> None:
    """Prepare and check the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the newest level."""
    engine = make_engine(settings_module.load(os.environ))
    before = schema.level(engine)
    after = schema.upgrade(engine)
    engine.dispose()
    told = "is at level" if before == after else "has been brought to level"
    out.print(f"The database {told} {after}.")


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def check(as_json: bool) -> None:
    """Say whether the database is at the level this program needs, and as the code has it."""
    engine = make_engine(settings_module.load(os.environ))
    level, head = schema.level(engine), schema.head()
    drift = schema.drift(engine) if level == head else []
    if as_json:
        print_json({"level": level, "needed": head, "drift": drift})
    elif level == head and not drift:
        out.print(f"The database is at level {level}, as it should be.")
    schema.check(engine)
    engine.dispose()
    if drift:
        raise schema.SchemaBehind("the tables differ from the code: " + "; ".join(drift))


@click.group()
def client() -> None:
    """Client companies."""


@client.command("add")
@click.option("--code", required=True, help="Short code, used in commands and addresses.")
@click.option("--name", required=True, help="Name as customers know it.")
@click.option("--country", default="IT", show_default=True, help="ISO country, two capitals.")
@click.option("--currency", default="EUR", show_default=True, help="ISO 4217 currency.")
@click.option("--language", default="it", show_default=True, help="it or en.")
@click.option("--zone", default="Europe/Rome", show_default=True, help="IANA zone.")
@click.option("--payee", help="To whom customers pay, where that is not the name.")
@click.option("--iban", help="Where customers pay.")
@click.option("--bic", help="BIC of that account.")
@click.option("--approve", multiple=True, help="Contact profile to switch on; may be repeated.")
@click.option("--by", "approved_by", help="Who approves the profiles: a person's name.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def client_add(
    approve: tuple[str, ...], approved_by: str | None, as_json: bool, **card: Any
) -> None:
    """Found a client company; without an approved profile nobody is contacted for it."""
    if approve and not (approved_by or "").strip():
        raise click.UsageError("--approve needs --by NAME: a profile is approved by a person")
    added = desk().add_client(profiles=approve, by=approved_by or "", **card)
    if as_json:
        print_json(added)
        return
    out.print(f"Client company {escape(added.code)} ({escape(added.name)}) is there.")
    if not approve:
        err.print(
            "No contact profile is approved, so nobody will be contacted for it yet. "
            "Name one with --approve, such as house_gentle or it_debt_unirec."
        )


@client.command("set")
@click.option("--code", "--client", required=True, help="Client company.")
@click.option("--payee", help="To whom customers pay; an empty one means the company's name.")
@click.option("--iban", help="Where customers pay; an empty one takes it away, with its BIC.")
@click.option("--bic", help="BIC of that account; an empty one takes it away.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def client_set(
    code: str, payee: str | None, iban: str | None, bic: str | None, as_json: bool
) -> None:
    """Say where customers pay; what is not named stays as it is."""
    if payee is None and iban is None and bic is None:
        raise click.UsageError("say what to set: --payee, --iban or --bic")
    card = desk().say_where_to_pay(code, payee=payee, iban=iban, bic=bic)
    if as_json:
        print_json(card)
        return
    where = f"to {escape(in_fours(card.iban))}" if card.iban else "to no account yet"
    out.print(f"Customers of {escape(card.code)} pay {escape(card.payee or card.name)}, {where}.")


@client.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def client_list(as_json: bool) -> None:
    """List the client companies."""
    with desk().store.read(desk().caller) as session:
        found = mandates.clients(session)
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(f"{one.code}\t{one.name}\t{one.currency}\t{one.zone}")


@click.group()
def key() -> None:
    """Keys to the API and the console."""


@key.command("add")
@click.option("--name", required=True, help="Whose it is (an operator's name) or what for.")
@click.option(
    "--role", type=click.Choice([str(role) for role in Role]), default="admin", show_default=True
)
@click.option(
    "--client", "clients", multiple=True, help="Client company; may be repeated. None: every one."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def key_add(name: str, role: str, clients: tuple[str, ...], as_json: bool) -> None:
    """Make a key; it is shown this once."""
    made = desk().add_key(name=name, role=role, clients=clients)
    if as_json:
        print_json(
            {"id": made.key.id, "name": made.key.name, "role": made.key.role, "key": made.secret}
        )
        return
    if role == Role.ADMIN and not clients:
        err.print(
            "This key may do everything for every client company; --role and --client narrow it."
        )
    err.print(f"Key of {escape(made.key.name)} ({made.key.role}); keep it, it is not shown again:")
    out.print(made.secret, markup=False, highlight=False)
