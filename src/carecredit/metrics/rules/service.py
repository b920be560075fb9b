"""The desk on the telephone: answered in time, waited, given up, busy; and how many it takes."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, exp, floor

from msgspec import Struct

from carecredit.kernel.errors import Invalid
from carecredit.metrics.rules.contacts import percentile
from carecredit.metrics.rules.measure import Measure, Status, Unit, quotient
from carecredit.metrics.rules.shares import mean_seconds, share_of

_HOUR = 3_600
_AGENTS_MAX = 5_000


def service_level(*, answered_within: int, offered: int) -> Measure:
    """Answered within the threshold / offered, those who gave up included (WFM Labs)."""
    return share_of(answered_within, offered)


def service_level_without_short(
    *, answered_within: int, offered: int, short_abandoned: int
) -> Measure:
    """The variant whose denominator leaves out those who gave up at once: another name."""
    return share_of(answered_within, offered - short_abandoned)


def service_level_of_answered(*, answered_within: int, answered: int) -> Measure:
    """The variant over answered calls only: another name, and always higher."""
    return share_of(answered_within, answered)


def speed_of_answer(waits_seconds: Sequence[int]) -> Measure:
    """Mean wait of answered calls (ASA); those who gave up are not in it."""
    return mean_seconds(waits_seconds)


def speed_of_answer_percentile(waits_seconds: Sequence[int], percent: int) -> Measure:
    """The wait that so many percent of answered calls did not pass."""
    return percentile(waits_seconds, percent)


def abandonment(*, abandoned: int, offered: int) -> Measure:
    """Gave up / offered."""
    return share_of(abandoned, offered)


def abandonment_without_short(*, abandoned: int, offered: int, short_abandoned: int) -> Measure:
    """The adjusted form: those who gave up within 5 to 10 seconds are in neither part."""
    return share_of(abandoned - short_abandoned, offered - short_abandoned)


def occupancy(*, handling_seconds: int, available_seconds: int) -> Measure:
    """Handling / (handling + available), as a fraction of time."""
    return quotient(
        handling_seconds,
        handling_seconds + available_seconds,
        unit=Unit.FRACTION,
        otherwise=Status.NO_DATA,
        parts_are_money=False,
    )


class Staffing(Struct, frozen=True):
    """How many it takes on the telephone, on the rota, and what callers then meet."""

    agents: int
    scheduled: int
    service_level: float
    occupancy: float
    waiting_probability: float
    speed_of_answer_seconds: float


class Load(Struct, frozen=True, kw_only=True):
    """Calls to come, what is wanted of the desk, and what of its time is not for calls."""

    calls_per_hour: Fraction | int
    handle_seconds: int
    threshold_seconds: int
    wanted_level: float
    occupancy_max: float = 1.0
    shrinkage: float = 0.0


def erlang_c_waiting(agents: int, load_erlangs: float) -> float:
    """The probability that a caller waits (A. K. Erlang 1917); everybody, where load ≥ agents."""
    if load_erlangs >= agents:
        return 1.0
    blocked = 1.0
    for serving in range(1, agents + 1):
        blocked = load_erlangs * blocked / (serving + load_erlangs * blocked)
    return blocked / (1 - load_erlangs / agents * (1 - blocked))


def staffing(load: Load) -> Staffing:
    """The fewest agents that answer as wanted and are not busier than allowed (Erlang C).

    Nobody gives up in it: under overload it overstates the need. (pyworkforce documentation.)
    """
    erlangs = float(Fraction(load.calls_per_hour) * load.handle_seconds / _HOUR)
    if not (0 < load.wanted_level < 1 and 0 < load.occupancy_max <= 1 and 0 <= load.shrinkage < 1):
        raise Invalid("a level lies between 0 and 1, shrinkage from 0 to below 1", field="load")
    fewest = max(ceil(erlangs / load.occupancy_max), floor(erlangs) + 1)
    for agents in range(fewest, _AGENTS_MAX):
        met = _met(load, agents, erlangs)
        if met.service_level >= load.wanted_level:
            return met
    raise Invalid(f"it takes more than {_AGENTS_MAX} agents; part the load", field="load")


def _met(load: Load, agents: int, erlangs: float) -> Staffing:
    waiting, spare = erlang_c_waiting(agents, erlangs), agents - erlangs
    late = waiting * exp(-spare * load.threshold_seconds / load.handle_seconds)
    return Staffing(
        agents=agents,
        scheduled=ceil(agents / (1 - load.shrinkage)),
        service_level=1 - late,
        occupancy=erlangs / agents,
        waiting_probability=waiting,
        speed_of_answer_seconds=waiting * load.handle_seconds / spare
        if spare > 0
        else float("inf"),
    )
