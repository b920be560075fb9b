"""What the commands share: the desk of the environment, how they print, how they complain."""

import getpass
import os
import sys
from datetime import datetime
from functools import cache
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from carecredit.desk import CareCredit
from carecredit.kernel.clock import parse_instant

WIDE = 10_000
"""So many signs has a line that no terminal bounds."""
out = Console(soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, soft_wrap=True)


@cache
def desk() -> CareCredit:
    """Open the set-up that the environment describes, once for a command."""
    return CareCredit.from_environment(os.environ, name=f"cli:{_user()}")


def show_table(table: Table) -> None:
    """Print a table with no cell cut: where none may be folded, a terminal wraps its lines."""
    if all(column.no_wrap for column in table.columns):
        table.width = Measurement.get(out, out.options.update(width=WIDE), table).maximum
    out.print(table)


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value)).decode() + "\n")


def complain(code: str, message: str) -> None:
    """Say on standard error what is wrong, with its code."""
    err.print(f"[bold red]Error[/] [dim]({escape(code)})[/] {escape(message)}", highlight=False)


class Instant(click.ParamType[datetime]):
    """An ISO instant with its offset."""

    name = "instant"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the instant; a bad one is a usage error."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_instant(str(value))
        except Exception as error:  # noqa: BLE001 - whatever it is, the user mistyped
            self.fail(str(error), param, ctx)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
