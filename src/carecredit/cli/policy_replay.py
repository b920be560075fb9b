"""`carecredit policy attempts|replay`: what was attempted, and its decision taken once more."""

import sys
from uuid import UUID

import rich_click as click
from rich.markup import escape

from carecredit.cli.context import desk, out, print_json
from carecredit.contact_policy.views import Replay

OTHERWISE = 1
_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.command()
@_CLIENT
@click.option("--customer", required=True, help="Number or id of the customer.")
@_JSON
def attempts(code: str, customer: str, as_json: bool) -> None:
    """List the attempts made at a customer, newest first, with the ids that `replay` takes."""
    found = desk().policy.attempts(client=code, customer=customer)
    if as_json:
        print_json(found)
        return
    for each in found:
        _say(
            f"{each.id}  {each.intent_at.isoformat()}  {each.channel}  {each.purpose}  {each.state}"
        )


@click.command()
@click.argument("attempt", type=click.UUID)
@_CLIENT
@_JSON
def replay(attempt: UUID, code: str, as_json: bool) -> None:
    """Take the decision that allowed an attempt once more, from the inputs kept with it.

    Exits with 1 where it does not come out as it did.
    """
    found = desk().policy.replay(client=code, attempt=attempt)
    if as_json:
        print_json(found)
    else:
        _show(found)
    if not found.same:
        sys.exit(OTHERWISE)


def _show(found: Replay) -> None:
    same = "as it did then" if found.same else "not as it did then"
    _say(f"{found.at.isoformat()}: {found.verdict.decision}, {same}")
    for reason in found.verdict.reasons:
        _say(f"- {reason.sentence.en}")
    for line in found.changed:
        _say(f"  {line}")
    _say(f"sha256 then {found.hash_then}")
    _say(f"sha256 now  {found.verdict.inputs_hash}")


def _say(text: str) -> None:
    out.print(escape(text), highlight=False)


COMMANDS = (attempts, replay)
