"""Events named as evidence: channel and local day of one's own, of those of others the number."""

from collections.abc import Sequence
from datetime import datetime

from carecredit.contact_policy.rules.events import Event
from carecredit.contact_policy.rules.limit import Tells
from carecredit.kernel.calendars import local_date, zone


def telling(events: Sequence[Event], zones: tuple[str, ...]) -> Tells:
    """Name events by channel and day; those with other client companies are only counted."""

    def tells(_at: datetime) -> tuple[str, ...]:
        at = zone(zones[0])
        own = [f"{each.channel} {local_date(each.at, at)}" for each in events if each.ours]
        others = len(events) - len(own)
        return (", ".join([*own, f"+{others}"] if others else own),)

    return tells
