"""Files of worked cases as they are written; what cannot be read is refused with its place.

The structs are the schema of the file, key by key; `check.py` runs what they say.
"""

import re
import tomllib
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar

import msgspec

from carecredit.contact_policy.rules.bounds import check_moment
from carecredit.contact_policy.rules.library import SCHEMA_VERSION
from carecredit.contact_policy.rules.profile import Profile
from carecredit.contact_policy.rules.reading import ProfileInvalid, parse_profile
from carecredit.kernel.errors import Invalid
from carecredit.kernel.weeks import Span, read_span

CASES_MAX = 10_000
NEVER = "never"
_TABLES = ("cases", "term_cases", "money_cases")
_KEYS = frozenset({"schema_version", "profiles", *_TABLES})
_IN_PATH = re.compile(r"`\$(?:\.(?P<key>\w+))?(?P<rest>[^`]*)`")
_IN_KEY = re.compile(r"field `(?P<key>\w+)`")
Part = TypeVar("Part", bound=msgspec.Struct)


class CaseFileInvalid(Invalid):
    """A file of cases says something that cannot be run; the message names the place."""

    code: ClassVar[str] = "case_file_invalid"


class EventText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that happened; `debt` or `debts` says about what (none: it may be about any)."""

    kind: Literal["attempt", "contact", "conversation", "refusal"]
    at: datetime
    debt: str | None = None
    debts: tuple[str, ...] = ()
    direction: Literal["in", "out"] = "out"
    channel: str | None = None


class OperatorText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the desk is staffed, every day alike, and by whose holidays it closes."""

    zone: str
    window: tuple[str, str]
    calendar: str | None = None
    subdivision: str | None = None

    def span(self) -> Span:
        """Read the hours of a day; raises `Invalid` where they do not run forward."""
        return read_span("-".join(self.window), field="operator")


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer a case asks for; `deny` covers later and never, `next` is an instant or never."""

    decision: Literal["allow", "deny"]
    next: Any
    reasons: tuple[str, ...] = ()


class CaseText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One situation with its answer; zones and subdivision are taken as given."""

    id: str
    profiles: tuple[str, ...]
    zones: tuple[str, ...]
    now: datetime
    expect: Expected
    title: str = ""
    number: str | None = None
    country: str | None = None
    subdivision: str | None = None
    channel: str = "voice"
    purpose: str | None = None
    requested: bool = False
    debt: str | None = None
    debts: tuple[str, ...] = ()
    history: tuple[EventText, ...] = ()
    operator: OperatorText | None = None
    not_before: datetime | None = None
    note: str = ""


class WorkText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reckoning: a named function, its inputs, and what it must give."""

    id: str
    function: str
    inputs: dict[str, Any]
    expect: dict[str, Any]
    title: str = ""
    rule: str = ""
    note: str = ""


class CaseFile(msgspec.Struct, frozen=True):
    """A file of cases as read, with the profiles it brings."""

    cases: tuple[CaseText, ...]
    works: tuple[WorkText, ...]
    profiles: dict[str, Profile]


def read_cases(text: str, *, file: str) -> CaseFile:
    """Read a file of worked cases; raises `CaseFileInvalid` naming file, line, table and key."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CaseFileInvalid(f"{file}: {error}", field=file) from error
    place = _Place(file, text)
    _check_top(told, place)
    cases = _parts(told, "cases", CaseText, place)
    works = [work for name in _TABLES[1:] for work in _parts(told, name, WorkText, place)]
    _check_instants(cases, place)
    _check_ids([*cases, *works], place)
    profiles = _profiles(told.get("profiles", {}), place)
    return CaseFile(tuple(cases), tuple(works), profiles)


class _Place(msgspec.Struct, frozen=True):
    """Where something stands in a file, found again in its text."""

    file: str
    text: str

    def refuse(self, said: str, header: str = "", nth: int = 0, key: str = "") -> CaseFileInvalid:
        line = self._line(header, nth, key)
        where = [self.file, f"line {line}" if line else "", header and f"{header} {nth + 1}", key]
        told = ", ".join(part for part in where if part)
        return CaseFileInvalid(f"{told}: {said}", field=key or header or self.file)

    def _line(self, header: str, nth: int, key: str) -> int | None:
        """Find the line of a key in the nth table of a name, else of the table's own header."""
        lines = self.text.splitlines()
        table = re.compile(rf"\s*\[\[\s*{re.escape(header)}\s*\]\]") if header else None
        heads = [at for at, line in enumerate(lines) if table and table.match(line)]
        start = heads[nth] if nth < len(heads) else None
        if header and start is None:
            return None
        named = re.compile(rf"\s*{re.escape(key)}\s*[=.]") if key else None
        for at in range((start or 0) + 1 if header else 0, len(lines)):
            if header and lines[at].lstrip().startswith("[["):
                break
            if named and named.match(lines[at]):
                return at + 1
        return None if start is None else start + 1


def _check_top(told: dict[str, Any], place: _Place) -> None:
    for key in told:
        if key not in _KEYS:
            raise place.refuse(f"{key!r} is none of {', '.join(sorted(_KEYS))}", key=key)
    if told.get("schema_version") != SCHEMA_VERSION:
        raise place.refuse(f"schema_version must be {SCHEMA_VERSION}", key="schema_version")
    for key in _TABLES:
        if not isinstance(told.get(key, []), list):
            raise place.refuse(f"write each as a table [[{key}]]", key=key)
    count = sum(len(told.get(key, [])) for key in _TABLES)
    if not 0 < count <= CASES_MAX:
        raise place.refuse(f"{count} cases; a file holds 1 to {CASES_MAX}")


def _parts(told: dict[str, Any], name: str, kind: type[Part], place: _Place) -> list[Part]:
    found: list[Part] = []
    for nth, mapping in enumerate(told.get(name, [])):
        try:
            found.append(msgspec.convert(mapping, kind))
        except msgspec.ValidationError as error:
            raise place.refuse(str(error), name, nth, _key_of(str(error))) from error
    return found


def _key_of(said: str) -> str:
    """Find in a refusal the key it is about; an unknown or missing one names itself."""
    path = _IN_PATH.search(said)
    if path is not None and path["key"]:
        return path["key"]
    field = _IN_KEY.search(said)
    return field["key"] if field is not None else ""


def _check_instants(cases: list[CaseText], place: _Place) -> None:
    """Refuse a time without its offset: nobody knows when it is."""
    for nth, case in enumerate(cases):
        if not isinstance(case.expect.next, datetime) and case.expect.next != NEVER:
            raise place.refuse("next must be an instant, or never", "cases", nth, "expect")
        told = [("now", case.now), ("not_before", case.not_before), ("expect", case.expect.next)]
        told += [("history", event.at) for event in case.history]
        for key, moment in told:
            if isinstance(moment, datetime):
                _check_instant(moment, place, nth, key)
        if case.operator is not None:
            _check_window(case.operator, place, nth)


def _check_instant(moment: datetime, place: _Place, nth: int, key: str) -> None:
    if moment.tzinfo is None:
        raise place.refuse("an instant needs its offset, such as Z", "cases", nth, key)
    try:
        check_moment(moment, field=key)
    except Invalid as error:
        raise place.refuse(error.message, "cases", nth, key) from error


def _check_window(told: OperatorText, place: _Place, nth: int) -> None:
    """Refuse hours of the desk that do not run forward within a day: they would never open."""
    try:
        told.span()
    except Invalid as error:
        raise place.refuse(f"window: {error.message}", "cases", nth, "operator") from error


def _check_ids(parts: list[CaseText | WorkText], place: _Place) -> None:
    seen: set[str] = set()
    for part in parts:
        if part.id in seen:
            raise place.refuse(f"two cases are called {part.id!r}; an id stands for one", key="id")
        seen.add(part.id)


def _profiles(told: Any, place: _Place) -> dict[str, Profile]:
    if not isinstance(told, dict):
        raise place.refuse("write each as a table [profiles.NAME]", key="profiles")
    try:
        return {
            key: parse_profile(mapping, key=key, file=place.file) for key, mapping in told.items()
        }
    except ProfileInvalid as error:
        raise CaseFileInvalid(error.message, field=error.field) from error
