"""One rule that is not about hours: its reason code, its name, when it opens."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from carecredit.contact_policy.rules.hours import Opens

Tells = Callable[[datetime], tuple[str, ...]]
"""What a rule counts at an instant, in words of no language: figures, days, channels, names."""


def tells_nothing(_at: datetime) -> tuple[str, ...]:
    """Tell nothing beside the rule itself."""
    return ()


class Limit(msgspec.Struct, frozen=True):
    """A rule about what has happened, what stands, or what is in force."""

    code: str
    rule_id: str
    opens: Opens
    tells: Tells = tells_nothing
