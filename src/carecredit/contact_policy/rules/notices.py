"""Formal notices: the first lawful day after a letter, a receipt or a due date; no table, no clock.

Day counts of the law exclude the day of the event and include the last day, so that one may act
from the day after it (Civil Code art. 2963). They run from receipt, and Canadian letters from
sending. A notice that was never received starts nothing.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import msgspec

from carecredit.contact_policy.rules.decision import decide
from carecredit.contact_policy.rules.facts import Facts, Request, Stop
from carecredit.contact_policy.rules.library import load_profiles
from carecredit.contact_policy.rules.verdict import Sentence
from carecredit.kernel.calendars import DAY, local_date, start_of_day, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.public_days import Calendars, PublicDays, days_of

_SATURDAY = 5
_PUBLIC = ("public",)
REQUEST_DAYS = {True: 25, False: 40}
"""Days from receipt to the distributor's request, by whether the meter can be reduced (TIMOE)."""
DEADLINE_DAYS: Mapping[str, int] = {"registered_letter": 15, "pec": 10, "no_proof": 20}
"""Least days to pay: from dispatch of the letter, delivery of the PEC, or issue without a proof."""


class TooSoon(Invalid):
    """A notice gave less time than the rule grants: it does not stand, and must be sent anew."""

    code = "notice_too_soon"


class FirstDay(msgspec.Struct, frozen=True):
    """The first lawful day of a step, and how it was reached."""

    first_day: date
    why: tuple[Sentence, ...]


class WaterDays(msgspec.Struct, frozen=True):
    """The first lawful days of the two letters of the water service."""

    first_reminder_day: date
    first_notice_of_default_day: date
    why: tuple[Sentence, ...]


class WaterAction(msgspec.Struct, frozen=True):
    """The last day to pay, and the first day on which the water service may act."""

    last_payment_day: date
    first_day: date
    why: tuple[Sentence, ...]


class FirstCall(msgspec.Struct, frozen=True):
    """The first instant of a call after a letter or a due date."""

    first_day: date
    first_instant: datetime
    why: tuple[Sentence, ...]


def it_electricity_request(
    *,
    received_on: date,
    deadline_on: date,
    reducible: bool,
    subdivision: str | None = None,
    by: str | None = None,
    sent_on: date | None = None,
) -> FirstDay:
    """Give the first day of the request to the distributor (TIMOE, delibera 258/2015).

    At least 25 days after receipt where the meter's power can be reduced, else 40, and at least 3
    working days after the deadline to pay. A deadline before the lawful one does not stand: it is
    counted by the way the notice went (`by`, from `sent_on`); where that is not told, from receipt
    by the shortest term.
    """
    _check_deadline(received_on, deadline_on, by, sent_on)
    return _request(received_on, REQUEST_DAYS[reducible], deadline_on, subdivision)


def _check_deadline(
    received_on: date, deadline_on: date, by: str | None, sent_on: date | None
) -> None:
    """Refuse a deadline that grants less than the law does."""
    if sent_on is not None and sent_on > received_on:
        raise Invalid("it was received before it was sent; check both days", field="sent_on")
    if by is None:
        least, told = received_on + DAY * min(DEADLINE_DAYS.values()), "its receipt"
    else:
        least = it_payment_deadline(by=by, on=sent_on or received_on).first_day
        told = f"the notice went by {by}"
    if deadline_on < least:
        raise TooSoon(
            f"the deadline {deadline_on} is before {least}, the earliest lawful one since {told}; "
            "send the notice anew, or say by and sent_on where it went another way",
            field="deadline_on",
        )


def it_gas_request(
    *, received_on: date, deadline_on: date, subdivision: str | None = None
) -> FirstDay:
    """Give the first day of the request: 40 days from receipt, 3 working days from the deadline.

    TIMG (delibera ARG/gas 99/11).
    """
    return _request(received_on, REQUEST_DAYS[False], deadline_on, subdivision)


def it_payment_deadline(*, by: str, on: date) -> FirstDay:
    """Give the earliest deadline that an electricity notice may set (TIMOE).

    `on` is the dispatch of a registered letter, the delivery of a PEC, or the issue of a letter
    whose dispatch nobody can prove.
    """
    if by not in DEADLINE_DAYS:
        raise Invalid(f"{by!r} is none of {', '.join(DEADLINE_DAYS)}", field="by")
    first = on + DAY * DEADLINE_DAYS[by]
    return FirstDay(first, (_counted(on, DEADLINE_DAYS[by], first),))


def it_water_notice(*, due_on: date) -> WaterDays:
    """Give the first days of reminder (10 days after due) and notice of default (25 after).

    REMSI (delibera 311/2019).
    """
    reminder, notice = due_on + DAY * 10, due_on + DAY * 25
    why = (_counted(due_on, 10, reminder), _counted(due_on, 25, notice))
    return WaterDays(reminder + DAY, notice + DAY, why)


def it_water_action(
    *,
    reminder_received_on: date | None = None,
    deadline_on: date | None = None,
    subdivision: str | None = None,
) -> WaterAction:
    """Give the first working day after the last day to pay, 40 days after the reminder's receipt.

    REMSI (delibera 311/2019): a later deadline that the notice named counts instead; an earlier
    one does not stand. Without the receipt the deadline is taken as lawful.
    """
    least = None if reminder_received_on is None else reminder_received_on + DAY * 40
    if least is not None and deadline_on is not None and deadline_on < least:
        raise TooSoon(
            f"the deadline {deadline_on} is before {least}, 40 days after the reminder was "
            "received; set it on that day or later",
            field="deadline_on",
        )
    last = deadline_on or least
    if last is None:
        raise Invalid("name the receipt of the reminder or the deadline", field="deadline_on")
    first = last + DAY
    while not is_working_day(first, "IT", subdivision):
        first += DAY
    why = Sentence(
        f"Primo giorno lavorativo dopo il {_it(last)}: {_it(first)}.",
        f"First working day after {last}: {first}.",
    )
    if reminder_received_on is None or least is None:
        return WaterAction(last, first, (why,))
    return WaterAction(last, first, (_counted(reminder_received_on, 40, least), why))


def ca_on_first_call(*, letter_sent_on: date, zone: str = "America/Toronto") -> FirstCall:
    """Give the first instant of a call: six days after the private notice letter was sent.

    Ontario, Collection and Debt Settlement Services Act, O. Reg. 74.
    """
    return _first_call("ca_on_debt", letter_sent_on, 6, zone, ("CA", "ON"))


def ca_qc_first_call(*, letter_sent_on: date, zone: str = "America/Toronto") -> FirstCall:
    """Give the first instant of a call: five days after the notice of payment was sent.

    Quebec, Office de la protection du consommateur.
    """
    return _first_call("ca_qc_debt", letter_sent_on, 5, zone, ("CA", "QC"))


def gr_first_call(*, due_on: date, zone: str = "Europe/Athens") -> FirstCall:
    """Give the first instant of a call: more than ten days after the due date.

    Greece, Law 3758/2009 as amended in 2023.
    """
    return _first_call("gr_debt", due_on, 10, zone, ("GR", None))


def is_working_day(day: date, country: str, subdivision: str | None = None) -> bool:
    """Say whether a day is Monday to Friday and no public holiday (as ARERA defines it)."""
    lists = [None] if subdivision is None else [None, subdivision]
    closed = any(day in days_of(country, place, _PUBLIC, day.year) for place in lists)
    return day.weekday() < _SATURDAY and not closed


def _request(received_on: date, days: int, deadline_on: date, subdivision: str | None) -> FirstDay:
    by_receipt, by_deadline = received_on + DAY * days, deadline_on
    for _ in range(3):
        by_deadline += DAY
        while not is_working_day(by_deadline, "IT", subdivision):
            by_deadline += DAY
    last = max(by_receipt, by_deadline)
    why = (
        _counted(received_on, days, by_receipt),
        Sentence(
            f"3 giorni lavorativi dopo la scadenza del {_it(deadline_on)}: {_it(by_deadline)}.",
            f"3 working days after the deadline of {deadline_on}: {by_deadline}.",
        ),
    )
    return FirstDay(last + DAY, why)


def _first_call(
    key: str, event_on: date, days: int, at: str, place: tuple[str, str | None]
) -> FirstCall:
    """Wait the days out in full, then take the first hour that the place's own profile opens."""
    last = event_on + DAY * days
    waits = start_of_day(last + DAY, zone(at))
    calendars: Calendars = PublicDays()
    verdict = decide(
        Request("voice", "debt_collection"),
        facts=Facts(
            zones=(at,),
            countries=(place[0],),
            subdivision=place[1],
            stops=(Stop("moratorium", ends_at=waits),),
        ),
        history=(),
        profiles=(load_profiles()[key],),
        calendars=calendars,
        now=waits,
    )
    if verdict.not_before is None:
        raise Invalid(f"no hour of the coming year may be called by {key}", field="zone")
    moment = verdict.not_before.astimezone(UTC)
    return FirstCall(local_date(moment, zone(at)), moment, (_counted(event_on, days, last),))


def _counted(event_on: date, days: int, last: date) -> Sentence:
    return Sentence(
        f"{days} giorni dal {_it(event_on)}, escluso quel giorno: fino al {_it(last)} compreso.",
        f"{days} days from {event_on}, that day not counted: through {last}.",
    )


def _it(day: date) -> str:
    return day.strftime("%d/%m/%Y")
