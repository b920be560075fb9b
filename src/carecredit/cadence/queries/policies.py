"""Follow-up policies as they are packaged."""

import tomllib
from functools import cache
from importlib import resources

from carecredit.cadence.rules import FollowUpPolicy, parse_policy
from carecredit.kernel.errors import NotFound


class UnknownPolicy(NotFound):
    """No follow-up policy of this key."""

    code = "follow_up_policy_unknown"


@cache
def policy(key: str) -> FollowUpPolicy:
    """Read a follow-up policy by its key."""
    folder = resources.files("carecredit.cadence").joinpath("policies")
    names = {entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")}
    name = f"{key}.toml"
    if name not in names:
        known = ", ".join(sorted(name.removesuffix(".toml") for name in names))
        raise UnknownPolicy(f"no follow-up policy {key!r}; known: {known}")
    return parse_policy(tomllib.loads(folder.joinpath(name).read_text("utf-8")), source=name)
