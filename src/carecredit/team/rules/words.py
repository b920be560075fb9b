"""The sentences of the team's reasons, by language, as they are packaged."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    it: str
    en: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    reasons: dict[str, _Words]


@cache
def reasons() -> Mapping[str, _Words]:
    """Read the packaged sentences."""
    text = resources.files("carecredit.team").joinpath("words.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _File).reasons


def sentence(code: str, **facts: str) -> dict[str, str]:
    """Say a reason in every language, with its facts in place."""
    words = reasons()[code]
    return {"it": words.it.format(**facts), "en": words.en.format(**facts)}
