"""How an invoice is settled: contested or not, credited, paid whole or in parts, or given up.

The whole life is told, past the last day too; what is not known by then is cut off elsewhere.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

import msgspec

from carecredit.demo.accounts import Account, Span
from carecredit.demo.chance import between, happens
from carecredit.demo.habits import HABITS, Habit, banking_day, eased_percent, late_days
from carecredit.demo.rows import CreditNote, Invoice, Payment, WriteOff

_UNPAID_GIVEN_UP_DAYS = 210
_FULL_CREDIT_PERCENT = 12
_CREDITED_AFTER_DISPUTE_PERCENT = 62
_CORRECTED_PERCENT = 1.4
_ROUNDED_UP_PERCENT = 0.6
_PAID_TWICE_PERCENT = 2
_UNMARKED_PERCENT = 4
_BOOKED_LATE_PERCENT = 30
_GOODWILL_PERCENT = 1
_RECENT_DAYS = 170


class Life(msgspec.Struct, frozen=True):
    """An invoice and everything that settles it."""

    invoice: Invoice
    credit_notes: tuple[CreditNote, ...] = ()
    payments: tuple[Payment, ...] = ()
    write_offs: tuple[WriteOff, ...] = ()

    def open_on(self, day: date) -> int:
        """Give what is open at the end of a day, by the days on which money and credits came."""
        paid = sum(p.amount_minor for p in self.payments if p.invoice and p.received_on <= day)
        credited = sum(
            c.gross_minor for c in self.credit_notes if c.invoice and c.credited_on <= day
        )
        given_up = sum(w.amount_minor for w in self.write_offs if w.written_off_on <= day)
        return max(0, self.invoice.gross_minor - paid - credited - given_up)


def live(invoice: Invoice, account: Account, *, contested: bool, span: Span, rng: Random) -> Life:
    """Tell the life of an invoice from the habit of its customer."""
    invoice = _contest(invoice, rng) if contested else invoice
    credit_notes = tuple(_credits(invoice, rng))
    credited = sum(note.gross_minor for note in credit_notes)
    if _is_recent(invoice, span) and happens(rng, _GOODWILL_PERCENT):
        credit_notes = (*credit_notes, _goodwill(invoice, rng))
    payments = _payments(invoice, account, invoice.gross_minor - credited, span=span, rng=rng)
    life = Life(invoice=invoice, credit_notes=credit_notes, payments=payments)
    return msgspec.structs.replace(life, write_offs=tuple(_give_up(life, account)))


def _contest(invoice: Invoice, rng: Random) -> Invoice:
    start = invoice.invoiced_on + timedelta(days=between(rng, (4, 24)))
    end = start + timedelta(days=between(rng, (14, 76)))
    return msgspec.structs.replace(invoice, disputed_from=start, disputed_to=end)


def _credits(invoice: Invoice, rng: Random) -> Iterable[CreditNote]:
    """Credit what a dispute found, or a wrong reading."""
    percent, day = 0, invoice.invoiced_on + timedelta(days=between(rng, (4, 12)))
    if invoice.disputed_to is not None:
        percent, day = _found_percent(rng), invoice.disputed_to
    elif happens(rng, _CORRECTED_PERCENT):
        percent = between(rng, (6, 30))
    if percent:
        yield _credit_note(invoice, percent, day, rng)


def _credit_note(invoice: Invoice, percent: int, day: date, rng: Random) -> CreditNote:
    """Credit a share of an invoice, its net and its tax in the same proportion."""
    return CreditNote(
        number="",
        customer=invoice.customer,
        invoice=invoice.number,
        credited_on=day,
        applied_on=None,
        currency=invoice.currency,
        gross_minor=invoice.gross_minor * percent // 100,
        tax_minor=invoice.tax_minor * percent // 100,
        recorded_on=day + timedelta(days=between(rng, (0, 3))),
        segment=invoice.segment,
    )


def _goodwill(invoice: Invoice, rng: Random) -> CreditNote:
    """Credit a little for trouble taken; it is put on no invoice yet."""
    day = invoice.due_on + timedelta(days=between(rng, (10, 40)))
    note = _credit_note(invoice, between(rng, (5, 15)), day, rng)
    return msgspec.structs.replace(note, invoice=None)


def _found_percent(rng: Random) -> int:
    if happens(rng, _FULL_CREDIT_PERCENT):
        return 100
    return between(rng, (8, 60)) if happens(rng, _CREDITED_AFTER_DISPUTE_PERCENT) else 0


def _payments(
    invoice: Invoice, account: Account, owed_minor: int, *, span: Span, rng: Random
) -> tuple[Payment, ...]:
    habit = HABITS[account.habit]
    if owed_minor == 0 or happens(rng, habit.unpaid_percent):
        return ()
    days = _days(invoice, habit, span=span, rng=rng)
    amounts = _amounts(owed_minor, len(days), rng)
    if len(days) == 1 and happens(rng, _ROUNDED_UP_PERCENT):
        amounts = [-(-owed_minor // 1000) * 1000]
    paid = [_payment(invoice, day, amount, rng) for day, amount in zip(days, amounts, strict=True)]
    if _is_recent(invoice, span) and happens(rng, _PAID_TWICE_PERCENT):
        again = _payment(invoice, banking_day(days[-1] + timedelta(days=6)), amounts[-1], rng)
        paid.append(msgspec.structs.replace(again, invoice=None, applied_on=None))
    silent_from = account.silent_from or date.max
    return tuple(payment for payment in paid if payment.received_on < silent_from)


def _is_recent(invoice: Invoice, span: Span) -> bool:
    """Say whether money left over would not have been cleared up by the last day."""
    return (span.today - invoice.invoiced_on).days < _RECENT_DAYS


def _days(invoice: Invoice, habit: Habit, *, span: Span, rng: Random) -> list[date]:
    """Give the days of the parts; nobody pays while the invoice is contested."""
    eased = eased_percent(invoice.due_on, span.gentle_from)
    day = invoice.due_on + timedelta(days=late_days(habit, eased=eased, rng=rng))
    if invoice.disputed_to is not None:
        day = max(day, invoice.disputed_to + timedelta(days=between(rng, (3, 15))))
    days = [banking_day(day)]
    for _ in range(between(rng, habit.parts) - 1):
        gap = between(rng, habit.gap_days) * (100 + eased) // 200
        days.append(banking_day(days[-1] + timedelta(days=gap)))
    return days


def _amounts(owed_minor: int, parts: int, rng: Random) -> list[int]:
    """Split into parts that people choose: round ones first, the rest last."""
    amounts = []
    left = owed_minor
    for remaining in range(parts, 1, -1):
        share = left * between(rng, (85, 115)) // (100 * remaining)
        part = max(share - share % 500, min(share, 500))
        amounts.append(part)
        left -= part
    return [*amounts, left]


def _payment(invoice: Invoice, day: date, amount_minor: int, rng: Random) -> Payment:
    """Receive money; some comes without a word and is matched to its invoice only days later."""
    matched_days = between(rng, (4, 40)) if happens(rng, _UNMARKED_PERCENT) else 0
    lag = between(rng, (1, 3)) if happens(rng, _BOOKED_LATE_PERCENT) else 0
    return Payment(
        number="",
        customer=invoice.customer,
        invoice=invoice.number,
        received_on=day,
        applied_on=day + timedelta(days=matched_days) if matched_days else None,
        currency=invoice.currency,
        amount_minor=amount_minor,
        recorded_on=day + timedelta(days=lag),
    )


def _give_up(life: Life, account: Account) -> Iterable[WriteOff]:
    """Write off what nobody will pay: with the account, or long after the due date."""
    invoice = life.invoice
    day = invoice.due_on + timedelta(days=_UNPAID_GIVEN_UP_DAYS)
    if account.given_up_on is not None:
        day = max(account.given_up_on, invoice.invoiced_on)
    open_minor = life.open_on(date.max)
    if open_minor:
        yield WriteOff(
            number="",
            customer=invoice.customer,
            invoice=invoice.number,
            written_off_on=banking_day(day),
            currency=invoice.currency,
            amount_minor=open_minor,
            recorded_on=banking_day(day),
        )
