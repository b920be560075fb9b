"""How customers pay, and how the gentle method eases it: days about the due date, parts, gaps."""

from datetime import date, timedelta
from random import Random

import msgspec

from carecredit.demo.chance import between, happens

EASED_PERCENT = 52
"""What is left of a customer's days past due once the gentle method has settled in."""
EASING_DAYS = 120
"""How long it takes to settle in."""

_WEEK_DAYS = 5


class Habit(msgspec.Struct, frozen=True):
    """A way of paying; negative days are before the due date."""

    late_days: tuple[int, int]
    parts: tuple[int, int] = (1, 1)
    gap_days: tuple[int, int] = (27, 31)
    lapse_percent: int = 0
    lapse_days: tuple[int, int] = (0, 0)
    unpaid_percent: int = 0
    eases: bool = True


HABITS = {
    "prompt": Habit(late_days=(-7, 2)),
    "forgetful": Habit(late_days=(3, 34), lapse_percent=8, lapse_days=(35, 60)),
    "slow": Habit(late_days=(28, 72)),
    "instalments": Habit(late_days=(6, 24), parts=(2, 3)),
    "uneven": Habit(late_days=(-5, 12), lapse_percent=40, lapse_days=(45, 100)),
    "strained": Habit(late_days=(25, 75), parts=(1, 2), unpaid_percent=20, eases=False),
    "behind": Habit(late_days=(58, 85), eases=False),
}


def late_days(habit: Habit, *, eased: int, rng: Random) -> int:
    """Draw how many days about the due date the first money comes.

    Kind words ease ordinary lateness; a lapse, or a purse that is empty, they do not.
    """
    if happens(rng, habit.lapse_percent):
        return between(rng, habit.lapse_days)
    days = between(rng, habit.late_days)
    return days * eased // 100 if days > 0 and habit.eases else days


def eased_percent(due_on: date, gentle_from: date) -> int:
    """Give what is left of lateness on a due date: all of it before, less and less afterwards."""
    days = min(max((due_on - gentle_from).days, 0), EASING_DAYS)
    return 100 - (100 - EASED_PERCENT) * days // EASING_DAYS


def banking_day(day: date) -> date:
    """Move a Saturday or Sunday to the Monday after: banks book on working days."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= _WEEK_DAYS else day
