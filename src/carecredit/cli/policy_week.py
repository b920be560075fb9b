"""`carecredit policy calendar`: the allowed hours of a week, drawn in the terminal."""

from datetime import timedelta

import rich_click as click
from rich.markup import escape

from carecredit.cli.context import err, out, print_json
from carecredit.contact_policy import rules
from carecredit.kernel.calendars import zone

CELL, CELLS = 30, 48
_SHUT, _PARTLY, _OPEN = "·", "▒", "█"
_MINUTE = timedelta(minutes=1)


@click.command()
@click.option("--number", required=True, help="Phone number with its country, such as +39333...")
@click.option(
    "--profile", "profiles", required=True, multiple=True,
    help="Profile to apply; several apply all together.",
)  # fmt: skip
@click.option("--week", required=True, help="ISO week, such as 2026-W50.")
@click.option(
    "--channel", type=click.Choice(sorted(rules.CHANNELS)), default="voice", show_default=True
)
@click.option("--purpose", help="Default: one to which the profiles speak.")
@click.option("--region", help="Subdivision of the country, such as MI or ENG.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def calendar(
    number: str,
    profiles: tuple[str, ...],
    week: str,
    channel: str,
    purpose: str | None,
    region: str | None,
    as_json: bool,
) -> None:
    """Draw the hours of a week at which these profiles allow a contact, on the person's clock.

    History, wishes and holds are not asked: `policy explain` does that for a customer.
    """
    found = rules.open_week(
        number=number,
        profiles=profiles,
        week=week,
        channel=channel,
        purpose=purpose,
        region=region,
    )
    if as_json:
        print_json(found)
        return
    _draw(found)


def _draw(found: rules.OpenWeek) -> None:
    applied = ", ".join(found.profiles)
    out.print(escape(f"{found.number}, {found.week}, {found.channel}, {found.purpose}: {applied}"))
    out.print(escape(f"{', '.join(found.zones)} ({'; '.join(found.place)})"), style="dim")
    hours = "".join(f"{hour:02}".ljust(6) for hour in range(0, 24, 3))
    out.print(" " * 15 + hours.rstrip(), style="dim", highlight=False)
    for day in found.days:
        told = ", ".join(span.local for span in day.spans) or ", ".join(day.closed_by)
        row = f"{day.on:%a %d/%m/%Y} {_row(day, found.zones[0])}"
        out.print(f"{row} {escape(told)}", highlight=False)
    err.print(
        f"Note: {_OPEN} open, {_PARTLY} partly, {_SHUT} closed; each sign is half an hour of "
        f"{escape(found.zones[0])}",
        highlight=False,
    )


def _row(day: rules.OpenDay, key: str) -> str:
    """Draw a day's half-hours by the wall clock; an hour that comes twice is drawn once."""
    minutes = set[int]()
    at = zone(key)
    for span in day.spans:
        moment = span.start
        while moment < span.end:
            local = moment.astimezone(at)
            minutes.add(local.hour * 60 + local.minute)
            moment += _MINUTE
    counts = [
        sum(cell * CELL + minute in minutes for minute in range(CELL)) for cell in range(CELLS)
    ]
    return "".join(_OPEN if n == CELL else _PARTLY if n else _SHUT for n in counts)
