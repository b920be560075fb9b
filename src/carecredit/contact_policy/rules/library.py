"""The packaged profiles, one file for each jurisdiction, read once."""

import tomllib
from functools import cache
from importlib import resources
from types import MappingProxyType

from carecredit.contact_policy.rules.profile import Profile
from carecredit.contact_policy.rules.reading import ProfileInvalid, parse_profile

SCHEMA_VERSION = 1
_KEYS = frozenset({"schema_version", "version", "profiles"})


@cache
def load_profiles() -> MappingProxyType[str, Profile]:
    """Read every packaged profile, by its key; none applies before it is approved."""
    found: dict[str, Profile] = {}
    folder = resources.files("carecredit.contact_policy").joinpath("profiles")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            read = read_file(file.read_text(encoding="utf-8"), file=file.name)
            twice = sorted(found.keys() & read.keys())
            if twice:
                raise ProfileInvalid(f"{file.name}: {twice[0]} stands in two files", field=twice[0])
            found |= read
    return MappingProxyType(found)


def read_file(text: str, *, file: str) -> dict[str, Profile]:
    """Read the profiles of one file; its version is theirs unless they carry their own."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileInvalid(f"{file}: {error}", field=file) from error
    if told.get("schema_version") != SCHEMA_VERSION:
        raise ProfileInvalid(f"{file}: schema_version must be {SCHEMA_VERSION}", field=file)
    unknown = sorted(told.keys() - _KEYS)
    if unknown:
        raise ProfileInvalid(f"{file}: {unknown[0]} is no key of a file", field=unknown[0])
    version = {"version": str(told.get("version", "1"))}
    return {
        key: parse_profile(version | mapping, key=key, file=file)
        for key, mapping in told.get("profiles", {}).items()
    }
