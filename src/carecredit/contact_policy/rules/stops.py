"""Hard stops: reasons that beat every window and every wish, each with its own reach.

A dispute, a promise or a plan silences debt collection about its own invoices; death, a moratorium
or a cease request silence everything about money; an opt-out silences its channel and purpose.
"""

from collections.abc import Iterable, Iterator

from carecredit.contact_policy.rules.facts import Request, Stop
from carecredit.contact_policy.rules.hours import opens_outside
from carecredit.contact_policy.rules.limit import Limit, Tells
from carecredit.holds.rules import PERSON_WIDE

OF_INVOICES = frozenset(
    {"dispute", "complaint", "promise", "plan", "hardship", "proof_of_payment", "vulnerability"}
)
"""Stops of debt collection alone, for the invoices they name or (none named) for all."""

PASSED_ON_REQUEST = frozenset({"promise", "plan"})
"""Our own silences: the reminder that a customer asked for before a promise falls due passes."""

OF_PERSON = frozenset(reason.value for reason in PERSON_WIDE) | {"point_unusable"}
"""Stops of everything about money; a kind that is on neither list is taken for one of these."""

MORATORIA = frozenset({"moratorium", "breathing_space"})


def stop_limits(stops: Iterable[Stop], request: Request) -> Iterator[Limit]:
    """List the stops that reach a request; a kind that nobody knows reaches everything."""
    for stop in stops:
        if reaches(stop, request):
            opens = opens_outside(stop.starts_at, stop.ends_at)
            yield Limit(code_of(stop), stop.kind, opens, _telling(stop.evidence))


def _telling(evidence: tuple[str, ...]) -> Tells:
    return lambda _at: evidence


def reaches(stop: Stop, request: Request) -> bool:
    """Say whether a stop silences a request, whenever it runs."""
    if stop.channel not in {None, request.channel}:
        return False
    if stop.purpose is not None and stop.purpose not in request.purposes:
        return False
    if stop.kind in {"opt_out", "point_unusable"}:
        return True
    if stop.kind in OF_INVOICES:
        return _asks_for_money(request) and _of_its_invoices(stop, request)
    # What the customer asked for and names no debt is not about money: an answer may be given.
    return not (request.purposes == {"service"} and request.requested and not request.debts)


def code_of(stop: Stop) -> str:
    """Give the reason code of a stop."""
    if stop.kind == "opt_out":
        return "opt_out"
    return "moratorium" if stop.kind in MORATORIA else f"hold:{stop.kind}"


def _asks_for_money(request: Request) -> bool:
    return not request.purposes <= {"service", "marketing"}


def _of_its_invoices(stop: Stop, request: Request) -> bool:
    if request.requested and stop.kind in PASSED_ON_REQUEST:
        return False
    return not stop.debts or not request.debts or not set(stop.debts).isdisjoint(request.debts)
