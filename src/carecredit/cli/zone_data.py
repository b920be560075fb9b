"""Whether this machine's own zone files tell the same hours as the pinned ones that we go by."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo  # noqa: TID251 - the system's files are what is looked at

from carecredit.kernel.calendars import IANA_VERSION, zone

_WEEKS = 53
_NAMED = 3


def system_folder() -> Path | None:
    """Give the first folder of zone files that other programs on this machine would take."""
    return next((Path(path) for path in TZPATH if os.path.isdir(path)), None)  # noqa: PTH112 - a plain look


def told_apart(folder: Path, now: datetime) -> str | None:
    """Say how a machine's zone files differ from the pinned ones in the coming year, if they do."""
    release = _release(folder)
    others = list(_other_hours(folder, now))
    if release in {None, IANA_VERSION} and not others:
        return None
    named = ", ".join(others[:_NAMED]) + (" and others" if len(others) > _NAMED else "")
    hours = f"and tell other hours in {len(others)} zones ({named}) " if others else ""
    return (
        f"the system's files in {folder} are {release or 'of an unknown release'} {hours}"
        "beside the pinned IANA "
        f"{IANA_VERSION}, which is what is used here; update the system's tzdata, so that "
        "other programs on this machine agree"
    )


def _release(folder: Path) -> str | None:
    try:
        with (folder / "tzdata.zi").open(encoding="ascii", errors="replace") as file:
            words = file.readline().split()
    except OSError:
        return None
    return words[-1] if words[1:2] == ["version"] else None


def _other_hours(folder: Path, now: datetime) -> Iterator[str]:
    moments = [now + timedelta(weeks=week) for week in range(_WEEKS)]
    for key in resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split():
        theirs = _read(folder, key)
        if theirs is not None and any(_differ(moment, zone(key), theirs) for moment in moments):
            yield key


def _differ(moment: datetime, ours: tzinfo, theirs: tzinfo) -> bool:
    return moment.astimezone(ours).utcoffset() != moment.astimezone(theirs).utcoffset()


def _read(folder: Path, key: str) -> tzinfo | None:
    try:
        with (folder / key).open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return None
