"""`carecredit operator`, `squad` and `shift`: who can do what, and when."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import Instant, desk, out, print_json, show_table
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, ShiftId
from carecredit.mandates import queries as mandates
from carecredit.team.rules import Profile

_NAME = click.argument("name")
_AT = click.option("--at", type=Instant(), help="As of this instant in place of the clock's.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.group()
def operator() -> None:
    """Operators: languages and levels, skills, client companies, presence."""


@operator.command()
@_NAME
def add(name: str) -> None:
    """Write down somebody at our desk, and print the id."""
    out.print(str(desk().team.add(name)))


@operator.command("list")
@_AT
@_JSON
def list_(at: datetime | None, as_json: bool) -> None:
    """List the operators and what each can do."""
    _show(desk().team.operators(at=at), as_json=as_json)


@operator.command()
@_NAME
@_AT
@_JSON
def show(name: str, at: datetime | None, as_json: bool) -> None:
    """Show one operator."""
    found = desk().team.operator(name, at=at)
    if as_json:
        print_json(found)
    else:
        _show([found], as_json=False)


@operator.command()
@_NAME
@click.argument("languages", nargs=-1)
def speaks(name: str, languages: tuple[str, ...]) -> None:
    """Say all the languages of an operator, such as it=C2 en=B1 (CEFR)."""
    said: dict[str, str] = {}
    for text in languages:
        language, sign, level = text.partition("=")
        if not sign or language in said:
            raise Invalid(f"{text!r}: write each language once, such as it=C2", field="languages")
        said[language] = level
    desk().team.speaks(name, said)


@operator.command()
@_NAME
@click.argument("skills", nargs=-1)
def can(name: str, skills: tuple[str, ...]) -> None:
    """Say all the skills of an operator, such as billing_water."""
    desk().team.can(name, skills)


@operator.command()
@_NAME
@click.argument("clients", nargs=-1)
def serves(name: str, clients: tuple[str, ...]) -> None:
    """Say all the client companies of an operator, by code."""
    desk().team.serves(name, clients)


@operator.command()
@_NAME
@click.option("--until", type=Instant(), help="None: until they are back.")
def away(name: str, until: datetime | None) -> None:
    """Say that an operator is away from now on; why is not asked."""
    desk().team.away(name, until=until)


@operator.command()
@_NAME
def back(name: str) -> None:
    """Say that an operator is back."""
    desk().team.back(name)


@operator.command("who")
@click.option("--client", "code", required=True, help="Client company.")
@click.option("--language", required=True, help="Such as it.")
@click.option("--level", default="B1", show_default=True, help="CEFR level that is needed.")
@click.option("--skill", "skills", multiple=True, help="Needed; may be repeated.")
@_AT
@_JSON
def who(
    code: str,
    language: str,
    level: str,
    skills: tuple[str, ...],
    at: datetime | None,
    as_json: bool,
) -> None:
    """List who can take a matter, whoever has least to spare first."""
    told = {"client": code, "language": language, "level": level}
    _show(desk().team.who_may_take(**told, skills=skills, at=at), as_json=as_json)


@click.group()
def squad() -> None:
    """Squads: a captain and members."""


@squad.command("add")
@_NAME
@click.option("--captain", required=True, help="Name of the operator.")
def squad_add(name: str, captain: str) -> None:
    """Found a squad, and print its id."""
    out.print(str(desk().team.found_squad(name, captain=captain)))


@squad.command("list")
@_AT
@_JSON
def squad_list(at: datetime | None, as_json: bool) -> None:
    """List the squads with captain and members."""
    found = desk().team.squads(at=at)
    if as_json:
        print_json(found)
        return
    names = {one.id: one.name for one in desk().team.operators(at=at)}
    table = _table("squad", "captain", "members")
    for one in found:
        members = _listed(names.get(each, "") for each in one.members)
        table.add_row(escape(one.name), escape(names.get(one.captain_id, "")), escape(members))
    show_table(table)


@squad.command()
@_NAME
@click.argument("operator_name")
def join(name: str, operator_name: str) -> None:
    """Let an operator join a squad."""
    desk().team.join(name, operator_name)


@squad.command()
@_NAME
@click.argument("operator_name")
def leave(name: str, operator_name: str) -> None:
    """Let an operator leave a squad."""
    desk().team.leave(name, operator_name)


@squad.command()
@_NAME
@click.argument("operator_name")
def captain(name: str, operator_name: str) -> None:
    """Name a member the captain."""
    desk().team.captain(name, operator_name)


@click.group()
def shift() -> None:
    """Shifts: when an operator is planned to be at work."""


@shift.command()
@_NAME
@click.option("--from", "starts_at", type=Instant(), required=True)
@click.option("--to", "ends_at", type=Instant(), required=True, help="The first instant after.")
def plan(name: str, starts_at: datetime, ends_at: datetime) -> None:
    """Plan a shift, and print its id."""
    out.print(str(desk().team.plan_shift(name, starts_at, ends_at)))


@shift.command()
@click.argument("shift_id", type=click.UUID)
def cancel(shift_id: UUID) -> None:
    """Cancel a shift from now on."""
    desk().team.cancel_shift(ShiftId(shift_id))


@shift.command("list")
@click.option("--operator", "name", help="Of one operator.")
@click.option("--from", "ends_after", type=Instant(), help="Default: now.")
@click.option("--to", "starts_before", type=Instant(), help="Default: seven days later.")
@_JSON
def shift_list(
    name: str | None,
    ends_after: datetime | None,
    starts_before: datetime | None,
    as_json: bool,
) -> None:
    """List the shifts that touch a span."""
    span = {"ends_after": ends_after, "starts_before": starts_before}
    found = desk().team.shifts(operator=name, **span)
    if as_json:
        print_json(found)
        return
    names = {one.id: one.name for one in desk().team.operators()}
    table = _table("operator", "from", "to", "id", "")
    for one in found:
        when = (f"{one.starts_at:%Y-%m-%d %H:%M}Z", f"{one.ends_at:%Y-%m-%d %H:%M}Z")
        cancelled = "" if one.cancelled_at is None else "cancelled"
        whose = escape(names.get(one.operator_id, ""))
        table.add_row(whose, *when, str(one.id), cancelled)
    show_table(table)


COMMANDS = (operator, squad, shift)


def _show(found: list[Profile], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    codes = _codes()
    table = _table("operator", "languages", "skills", "serves", "now")
    for one in found:
        spoken = _listed(f"{it.language} {it.level}" for it in one.languages)
        served = _listed(codes.get(it, "") for it in one.clients)
        now = "away" if one.away else "on shift" if one.on_shift else "off shift"
        table.add_row(escape(one.name), spoken, _listed(one.skills), served, now)
    show_table(table)


def _codes() -> dict[ClientId, str]:
    with desk().store.read(desk().caller) as session:
        return {one.id: one.code for one in mandates.clients(session)}


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(sorted(filter(None, texts)))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, no_wrap=True)
    return table
