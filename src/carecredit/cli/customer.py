"""`carecredit customer`: what a customer says of being contacted, its points, its erasure."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from typing import Any

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import Instant, desk, out, print_json, show_table
from carecredit.customers.rules import CHANNELS, PURPOSES, Basis, NeedKind, Stance, written_hours
from carecredit.desk.wishes import Wishes
from carecredit.kernel.errors import Invalid

_WHOM = (
    click.option("--client", "code", required=True, help="Client company."),
    click.option("--customer", required=True, help="Number of the customer."),
)
_BASIS = click.option(
    "--basis", type=click.Choice([str(it) for it in Basis]), required=True, help="How it was said."
)
_PROOF = click.option("--proof", required=True, help="What proves it.")
_CHANNEL = click.option("--channel", type=click.Choice(sorted(CHANNELS)), help="None: every one.")
_PURPOSE = click.option("--purpose", type=click.Choice(sorted(PURPOSES)), help="None: all.")
_UNTIL = click.option("--until", "ends_at", type=Instant(), help="Until before this instant.")


def _of_a_customer(command: Callable[..., Any]) -> Callable[..., Any]:
    return reduce(lambda wrapped, option: option(wrapped), reversed(_WHOM), command)


def _wishes(code: str, customer: str) -> Wishes:
    return desk().wishes(client=code, customer=customer)


@click.group()
def customer() -> None:
    """What a customer says of being contacted, how it is reached, and its erasure."""


@customer.command()
@_of_a_customer
@click.option("--needs", is_flag=True, help="Care needs as well; they are shown to who needs them.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def show(code: str, customer: str, needs: bool, as_json: bool) -> None:
    """Show contact points, consents, preferences and where nothing is sent."""
    found = _wishes(code, customer).seen(needs=needs)
    if as_json:
        print_json(found)
        return
    points = _table("point", "verified", "not used since", "why")
    for point in found.points:
        when = (_day(point.verified_at), _day(point.bad_since))
        points.add_row(escape(point.value), *when, escape(point.bad_reason or ""))
    show_table(points)
    said = _table("said", "channel", "purpose", "from", "until", "how", "proof")
    for it in found.consents:
        span = (_day(it.starts_at), _day(it.ends_at))
        scope = (it.channel or "all", it.purpose or "all")
        said.add_row(it.stance, *scope, *span, it.basis, escape(it.proof))
    show_table(said)
    for wish in found.preferences[-1:]:
        hours = "any" if wish.hours is None else str(written_hours(wish.hours))
        channels = ", ".join(wish.channels) or "any"
        out.print(f"Wishes: hours {hours}, channels {channels}, language {wish.language or 'any'}")
    for kept in found.suppressions:
        scope = (kept.channel or "any channel", kept.purpose or "any purpose")
        out.print(f"Silent: {scope[0]}, {scope[1]}, since {_day(kept.starts_at)}")
    for need in found.needs or ():
        out.print(f"Need: {need.kind} {'' if need.needed else '(over)'}".rstrip())


@customer.command()
@_of_a_customer
@click.argument("stance", type=click.Choice([str(it) for it in Stance]))
@_CHANNEL
@_PURPOSE
@_BASIS
@_PROOF
@click.option("--from", "starts_at", type=Instant(), help="From this instant (default: now).")
@_UNTIL
def consent(code: str, customer: str, stance: str, **told: Any) -> None:
    """Record consent, a refusal, or a refusal taken back."""
    _wishes(code, customer).state(stance, **told)


@customer.command("opt-out")
@_of_a_customer
@_CHANNEL
@_PURPOSE
@_BASIS
@_PROOF
def opt_out(code: str, customer: str, **told: Any) -> None:
    """Record the wish not to be contacted: on a channel, about a purpose, or at all."""
    _wishes(code, customer).opt_out(**told)


@customer.command()
@_of_a_customer
@click.option(
    "--hours", multiple=True, help="Such as mon=18:00-21:00; fri= closes a day. May be repeated."
)
@click.option("--hours-for", multiple=True, type=click.Choice(sorted(CHANNELS)))
@click.option("--only", "channels", multiple=True, type=click.Choice(sorted(CHANNELS)))
@click.option("--language", help="Such as it or en.")
@_BASIS
@_UNTIL
def prefer(code: str, customer: str, hours: tuple[str, ...], **told: Any) -> None:
    """Record hours, channels and language; the whole takes the place of the wish before it."""
    _wishes(code, customer).prefer(hours=_hours(hours), **told)


@customer.command()
@_of_a_customer
@click.argument("kind", type=click.Choice([str(it) for it in NeedKind]))
@click.option("--over", is_flag=True, help="It is needed no longer.")
@click.option("--review-on", type=click.DateTime(["%Y-%m-%d"]), help="Look again on this day.")
@_BASIS
def need(
    code: str, customer: str, kind: str, over: bool, review_on: datetime | None, basis: str
) -> None:
    """Record what somebody needs done differently; never why."""
    day = review_on.date() if review_on else None
    _wishes(code, customer).need(kind, basis=basis, needed=not over, review_on=day)


@customer.command("add-point")
@_of_a_customer
@click.argument("kind", type=click.Choice(["phone", "email"]))
@click.argument("text")
def add_point(code: str, customer: str, kind: str, text: str) -> None:
    """Add every number (or the address) that a field holds."""
    for point in _wishes(code, customer).add_point(kind, text):
        out.print(escape(point.value), highlight=False)


@customer.command("point-is")
@_of_a_customer
@click.argument("value")
@click.argument("state", type=click.Choice(["verified", "bad", "works"]))
@click.option("--said", default="", help="How it was verified, or what is wrong with it.")
def point_is(code: str, customer: str, value: str, state: str, said: str) -> None:
    """Say that a number or address is verified, bad, or works after all."""
    _wishes(code, customer).point_is(value, state, said=said)


@customer.command()
@_of_a_customer
@click.option("--yes", is_flag=True, help="It is meant; nothing brings the customer back.")
def erase(code: str, customer: str, yes: bool) -> None:
    """Erase who a customer is; the ledger stays, and nothing is sent to it again."""
    if not yes:
        raise Invalid("erasing cannot be undone: say --yes if it is meant", field="yes")
    done = _wishes(code, customer).erase()
    out.print(f"Erased: {done.points} contact points, {done.texts} texts; silent from now on")


def _hours(told: tuple[str, ...]) -> dict[str, list[str]] | None:
    found: dict[str, list[str]] = {}
    for text in told:
        day, _, span = text.partition("=")
        found.setdefault(day, []).extend([span] if span else [])
    return found or None


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, no_wrap=True)
    return table


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d}"
