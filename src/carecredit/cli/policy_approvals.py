"""`carecredit policy list|approve|revoke`: which profiles are on, and in whose name."""

import rich_click as click
from rich.markup import escape

from carecredit.cli.context import desk, out, print_json
from carecredit.contact_policy.views import Approval, ProfileState

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_BY = click.option("--by", required=True, help="Who says so: a person's name.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.command("list")
@_CLIENT
@click.option("--all", "every", is_flag=True, help="Also those that nobody ever approved.")
@_JSON
def list_(code: str, every: bool, as_json: bool) -> None:
    """List the profiles of a client company: on, superseded or off, and every approval."""
    found = desk().policy.profiles(client=code)
    shown = found if every else [state for state in found if state.approvals]
    if as_json:
        print_json(shown)
        return
    for state in shown:
        _show(state)
    if not shown:
        out.print("No profile was ever approved; --all lists what there is.", highlight=False)


@click.command()
@click.argument("profile")
@_CLIENT
@_BY
@_JSON
def approve(profile: str, code: str, by: str, as_json: bool) -> None:
    """Switch a profile on in its present version; a later version needs a new approval."""
    found = desk().policy.approve(client=code, profile=profile, by=by)
    if as_json:
        print_json(found)
        return
    _say(f"{found.profile_key} {found.version} is on, approved by {found.approved_by}.")


@click.command()
@click.argument("profile")
@_CLIENT
@_BY
@_JSON
def revoke(profile: str, code: str, by: str, as_json: bool) -> None:
    """Switch a profile off; what only it permitted is refused from now on."""
    found = desk().policy.revoke(client=code, profile=profile, by=by)
    if as_json:
        print_json(found)
        return
    _say(f"{found.profile_key} is off, taken back by {found.ended_by}.")


def _show(state: ProfileState) -> None:
    known = "" if state.may_be_approved else " (may not be approved: no source backs it)"
    _say(f"{state.profile_key} {state.version}: {state.state}{known}")
    for each in state.approvals:
        _say(f"  {_told(each)}", dim=True)
    if state.state == "superseded":
        _say(f"  now version {state.version}: approve again", dim=True)


def _told(each: Approval) -> str:
    said = f"{each.version} approved by {each.approved_by}, {each.approved_at:%Y-%m-%d %H:%M} UTC"
    if each.ended_at is None:
        return said
    return f"{said}, until {each.ended_at:%Y-%m-%d %H:%M} UTC ({each.ended_by})"


def _say(text: str, *, dim: bool = False) -> None:
    out.print(escape(text), style="dim" if dim else None, highlight=False)


COMMANDS = (list_, approve, revoke)
