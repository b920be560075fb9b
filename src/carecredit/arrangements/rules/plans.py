"""Payment plans: instalments that add up to the cent, their days, and who may agree to what."""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from carecredit.kernel.bank_days import next_bank_day
from carecredit.kernel.calendars import DAY
from carecredit.kernel.errors import Invalid, NotFound, Refused
from carecredit.kernel.money import Money
from carecredit.mandates.rules import OddCents

INSTALMENTS_MAX, EVERY_MAX, AHEAD_DAYS_MAX = 240, 366, 3_660
"""Beyond this nobody means it, whoever approves."""


class PlanState(StrEnum):
    """How a plan stands."""

    PROPOSED = "proposed"
    """Beyond the powers of who proposed it: it waits for a second person."""
    ACTIVE = "active"
    REJECTED = "rejected"
    COMPLETED = "completed"
    BROKEN = "broken"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


LIVE = (PlanState.PROPOSED, PlanState.ACTIVE)


class InstalmentState(StrEnum):
    """How an instalment stands; money that comes late still pays it."""

    WAITING = "waiting"
    PAID = "paid"
    MISSED = "missed"
    RELEASED = "released"
    """Nothing of it is owed any more, without its money: a credit paid the plan to its end."""


class Unit(StrEnum):
    """What the time between two instalments is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class PlanRefused(Invalid):
    """The plan cannot be agreed like this."""

    code = "plan_refused"


class UnknownPlan(NotFound):
    """No such plan, or none that you may see."""

    code = "plan_unknown"


class PlanRuns(Refused):
    """Something agreed stands already for this customer and currency."""

    code = "plan_runs"


class PlanNotSo(Refused):
    """The plan is not in a state in which this may be done."""

    code = "plan_not_so"


class NothingToRemind(Refused):
    """No reminder is due of it, or it was given already."""

    code = "nothing_to_remind"


class SecondPersonNeeded(Refused):
    """Whoever proposed a plan does not approve it."""

    code = "second_person_needed"


class StalePlan(Refused):
    """The plan has changed since it was read."""

    code = "plan_stale"


class Rhythm(msgspec.Struct, frozen=True):
    """When instalments fall due."""

    first_on: date
    every: int = 1
    unit: Unit = Unit.MONTHS
    month_end: bool = False
    """On the last day of each month (months only)."""
    working_day: bool = True
    """A day on which banks are closed gives way to the next one on which they work."""


class Part(msgspec.Struct, frozen=True):
    """An instalment: its place from 1, its day and its amount."""

    position: int
    due_on: date
    minor: int


class Powers(msgspec.Struct, frozen=True):
    """Up to what an operator agrees a plan without a second person."""

    amount_max_minor: int
    instalments_max: int
    days_max: int
    currency: str
    """In another currency the amount cannot be compared: a second person looks."""


def amounts_by_count(total_minor: int, count: int, odd: OddCents) -> tuple[int, ...]:
    """Divide a sum into so many instalments; the odd cents are on the last, or on the first."""
    if not 1 <= count <= INSTALMENTS_MAX:
        raise PlanRefused(f"a plan has 1 to {INSTALMENTS_MAX} instalments", field="instalments")
    each, rest = divmod(total_minor, count)
    if each == 0:
        raise PlanRefused("so many instalments leave nothing for each", field="instalments")
    parts = [each] * count
    parts[0 if odd is OddCents.FIRST else -1] += rest
    return tuple(parts)


def amounts_by_each(total_minor: int, each_minor: int, odd: OddCents) -> tuple[int, ...]:
    """Divide a sum into instalments of an amount; what is left over is one more, last or first."""
    if each_minor <= 0:
        raise PlanRefused("an instalment is above zero", field="each")
    count, rest = divmod(total_minor, each_minor)
    if count + (rest > 0) > INSTALMENTS_MAX:
        raise PlanRefused(
            f"this makes more than {INSTALMENTS_MAX} instalments; raise the amount", field="each"
        )
    parts = [each_minor] * count
    if rest:
        parts.insert(0 if odd is OddCents.FIRST else count, rest)
    return tuple(parts)


def due_days(rhythm: Rhythm, count: int, country: str) -> tuple[date, ...]:
    """Give the days of instalments; each comes after the one before it, holidays or not."""
    days: list[date] = []
    for index in range(count):
        day = _nominal(rhythm, index)
        if days:
            day = max(day, days[-1] + DAY)
        days.append(next_bank_day(day, country) if rhythm.working_day else day)
    return tuple(days)


def schedule(amounts: Sequence[int], rhythm: Rhythm, *, country: str) -> tuple[Part, ...]:
    """Put amounts on their days."""
    days = due_days(rhythm, len(amounts), country)
    pairs = zip(days, amounts, strict=True)
    return tuple(Part(place, day, minor) for place, (day, minor) in enumerate(pairs, start=1))


def check_rhythm(rhythm: Rhythm, *, today: date) -> None:
    """Accept days that lie ahead and a distance that somebody means."""
    if not today <= rhythm.first_on <= today + timedelta(days=AHEAD_DAYS_MAX):
        raise PlanRefused(f"the first instalment is on {today} or later", field="first_on")
    if not 1 <= rhythm.every <= EVERY_MAX:
        raise PlanRefused(f"instalments are 1 to {EVERY_MAX} {rhythm.unit} apart", field="every")
    if rhythm.month_end and rhythm.unit is not Unit.MONTHS:
        raise PlanRefused("month ends go with months; say months", field="month_end")


def check_span(parts: Sequence[Part], *, today: date) -> None:
    """Refuse a plan that reaches further than anybody can mean."""
    if parts[-1].due_on > today + timedelta(days=AHEAD_DAYS_MAX):
        raise PlanRefused(
            f"the last instalment is within {AHEAD_DAYS_MAX} days; make them closer or fewer",
            field="instalments",
        )


def beyond(powers: Powers, *, total: Money, parts: Sequence[Part], today: date) -> tuple[str, ...]:
    """Name what of a plan goes beyond an operator's powers (nothing: it is agreed at once)."""
    foreign = total.currency != powers.currency
    days = (parts[-1].due_on - today).days
    found = {
        "amount": foreign or total.minor > powers.amount_max_minor,
        "instalments": len(parts) > powers.instalments_max,
        "days": days > powers.days_max,
    }
    return tuple(name for name, too_much in found.items() if too_much)


def check_second_person(
    *, proposed_by: str, by: str, proposed_caller: str = "", caller: str = ""
) -> None:
    """Refuse an approval by whoever proposed the plan: in that name, or with that login."""
    if not by.strip():
        raise Invalid("name the person who approves", field="by")
    if _name(by) == _name(proposed_by):
        raise SecondPersonNeeded(f"{by} proposed this plan; somebody else approves it", field="by")
    if caller and _name(caller) == _name(proposed_caller):
        raise SecondPersonNeeded(
            f"this plan was proposed with this same login ({caller}); somebody else approves it "
            "with a login or key of their own",
            field="by",
        )


def _name(told: str) -> str:
    """Give a name as it is compared: spaces and capitals tell no two persons apart."""
    return " ".join(told.split()).casefold()


def instalment_state(*, wanted_minor: int, paid_minor: int, last_on: date, today: date) -> str:
    """Say how an instalment stands: missed only once the bank's grace is over."""
    if paid_minor >= wanted_minor:
        return InstalmentState.PAID
    return InstalmentState.MISSED if today > last_on else InstalmentState.WAITING


def judge_plan(states: Iterable[str], *, open_minor: int, missed_max: int) -> PlanState:
    """Say how a plan stands: completed when all is paid, broken after so many missed ones.

    Where its invoices have nothing open any more (credited, say) nothing is left to pay.
    """
    found = list(states)
    if open_minor == 0 or all(state == InstalmentState.PAID for state in found):
        return PlanState.COMPLETED
    missed = sum(state == InstalmentState.MISSED for state in found)
    return PlanState.BROKEN if missed >= missed_max else PlanState.ACTIVE


def _nominal(rhythm: Rhythm, index: int) -> date:
    steps = index * rhythm.every
    if rhythm.unit is not Unit.MONTHS:
        days = steps * (7 if rhythm.unit is Unit.WEEKS else 1)
        return rhythm.first_on + timedelta(days=days)
    first = rhythm.first_on
    year, month = divmod(first.year * 12 + first.month - 1 + steps, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, last if rhythm.month_end else min(first.day, last))
