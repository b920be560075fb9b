"""What a set-up says of itself: one frozen struct, read once by each edge.

Order: the environment, then the TOML file that `CARECREDIT_CONFIG` names, then the default. A
secret may stand in a file of its own: `CARECREDIT_SECRET_KEY_FILE` in place of
`CARECREDIT_SECRET_KEY` (the same for the addresses of database, broker and mail server).
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from carecredit.kernel.errors import Misconfigured

PREFIX = "CARECREDIT_"
SECRET_LENGTH_MIN = 32
_BROKERS = ("memory:", "redis://", "rediss://", "amqp://", "amqps://")
_FROM_FILE = ("database_url", "broker_url", "secret_key", "smtp_url", "console_guest")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How this set-up runs; every name here is `CARECREDIT_` plus the upper-case field."""

    database_url: str = ""
    broker_url: str = "memory:"
    secret_key: str = ""
    smtp_url: str = ""
    """`smtp://host:port`, `smtp+starttls://user:password@host:587`, `smtps://…:465`, or
    `file:///folder`, which writes messages down in place of sending them."""
    mail_from: str = "care@localhost"
    public_url: str = "http://127.0.0.1:8000"
    pool_size: int = 16
    statement_seconds: int = 30
    lease_seconds: int = 90
    """How long a rung touch may stay unanswered before it is rung again."""
    send_seconds: int = 30
    """The time limit of one outside call (mail server and the like)."""
    pulse_schedule: str = "*/5 * * * *"
    """When touches are planned anew, as a cron expression."""
    ring_seconds: float = 1.0
    console_guest: str = ""
    """An API key with which the console opens when nobody signed in: for a demo on loopback."""
    clock_file: str = ""
    """A rehearsal's clock: a file with an instant, in place of the system's clock."""

    def database(self) -> str:
        """Give the database address, or say how to set it."""
        if not self.database_url:
            raise Misconfigured(
                "no database: set CARECREDIT_DATABASE_URL, such as sqlite:///carecredit.db or "
                "postgresql://user:password@host/name",
                field="database_url",
            )
        try:
            kind = make_url(self.database_url).get_backend_name()
        except ArgumentError:
            kind = ""
        if kind not in {"sqlite", "postgresql"}:
            raise Misconfigured(
                "CARECREDIT_DATABASE_URL names neither SQLite nor PostgreSQL; write an address "
                "such as sqlite:///carecredit.db or postgresql://user:password@host/name",
                field="database_url",
            )
        return self.database_url

    def secret(self) -> bytes:
        """Give the secret key, or say how to make one; there is no default."""
        if len(self.secret_key) < SECRET_LENGTH_MIN:
            found = "is too short" if self.secret_key else "is missing"
            raise Misconfigured(
                f"CARECREDIT_SECRET_KEY {found}: set {SECRET_LENGTH_MIN} characters or more and "
                "keep them; `openssl rand -hex 32` makes one. CARECREDIT_SECRET_KEY_FILE may name "
                "a file that holds it",
                field="secret_key",
            )
        return self.secret_key.encode()


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings from an environment and the files it names; raises `Misconfigured`."""
    names = set(Settings.__struct_fields__)
    values: dict[str, Any] = _toml(environ.get(PREFIX + "CONFIG", ""))
    for name in names:
        key = PREFIX + name.upper()
        if environ.get(key, "") != "":
            values[name] = environ[key]
        elif name in _FROM_FILE and environ.get(key + "_FILE", ""):
            values[name] = _read(key + "_FILE", environ[key + "_FILE"])
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise Misconfigured(f"a setting cannot be read: {error}") from error
    if not settings.broker_url.startswith(_BROKERS):
        raise Misconfigured(
            "CARECREDIT_BROKER_URL starts with one of " + ", ".join(_BROKERS), field="broker_url"
        )
    return settings


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """List environment names that look like ours and are none, for the doctor to show."""
    known = {PREFIX + name.upper() for name in Settings.__struct_fields__} | {PREFIX + "CONFIG"}
    known |= {PREFIX + name.upper() + "_FILE" for name in _FROM_FILE}
    return sorted(
        key
        for key in environ
        if key.startswith(PREFIX) and key not in known and not key.startswith(PREFIX + "TEST_")
    )


def _toml(path: str) -> dict[str, Any]:
    if not path:
        return {}
    try:
        return tomllib.loads(_read(PREFIX + "CONFIG", path))
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{path} is no TOML: {error}", field="config") from error


def _read(key: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{key} names {path}, which cannot be read: {error}") from error
