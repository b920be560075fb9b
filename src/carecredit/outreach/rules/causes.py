"""The catalogue of root causes: what may be chosen at the wrap-up, in words of both languages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

from carecredit.kernel.errors import Invalid

NOT_MINE = "not_my_responsibility"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in both languages."""

    it: str
    en: str


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    causes: dict[str, Words]


@cache
def root_causes() -> Mapping[str, Words]:
    """Read the packaged catalogue."""
    text = resources.files("carecredit.outreach").joinpath("causes.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Catalogue).causes


def check_cause(cause: str | None) -> None:
    """Accept a cause of the catalogue; nobody's responsibility is none."""
    if cause == NOT_MINE:
        raise Invalid(
            "nobody's responsibility is no outcome: say what the procedure does not foresee as "
            "`gap`, and it goes to the client company",
            field="root_cause",
        )
    if cause is not None and cause not in root_causes():
        raise Invalid(
            f"{cause!r} is no root cause; they are: {', '.join(root_causes())}", field="root_cause"
        )
