"""The numbers once more, slowly: each worked out alone from the rows, straight from the words.

Nothing here is shared with the package but the calendar. It is what a second careful person would
write down; the series has to agree with it to the last digit.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from ledgers import Ledger

DAY = timedelta(days=1)
Answer = tuple[Fraction | None, str]
Row = dict[str, Any]
NOTHING_YET = {
    "fcr.repeat.24h", "fcr.repeat.7d", "fcr.repeat.30d", "repeat.7d", "handle_time",
    "service_level", "csat", "nps", "ces", "complaints_per_contact",
    "response_rate.csat", "response_rate.nps", "response_rate.ces", "first_answer",
    "resolution.within", "deadlines.breached", "expectations.kept", "right_party",
    "opt_outs_per_contact.30d", "churn_after_contact.30d", "churn_after_contact.90d",
}  # fmt: skip
"""Of these a made-up ledger has no rows: nothing is recorded, or no contact was made."""


def minus_months(day: date, months: int) -> date:
    """31 March less one is the end of February; 28 February 2024 less one is 28 January."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    length = calendar.monthrange(year, month)[1]
    at_end = (day + DAY).day == 1
    return date(year, month, length if at_end else min(day.day, length))


class ByHand:
    """One cell: a ledger, a segment (none: ALL), a currency, a day, an instant of knowing."""

    def __init__(
        self, ledger: Ledger, segment: str | None, currency: str, day: date, known: datetime | None
    ) -> None:
        self.ledger, self.segment, self.currency = ledger, segment, currency
        self.day, self.known = day, known
        self.by_id = {row["id"]: row for row in ledger.invoices}

    def answer(self, metric_id: str) -> Answer:
        """Work out one number."""
        if metric_id in NOTHING_YET:
            return None, "no_data"
        if metric_id.startswith("recovery."):
            return self._recovered(int(metric_id.removeprefix("recovery.").removesuffix("d")))
        found = re.fullmatch(r"(.*)\.(p(\d+)m|(\d+)d)", metric_id)
        if found is None:
            return self._standing(metric_id)
        months, days = found[3], found[4]
        before = minus_months(self.day, int(months)) if months else self.day - int(days) * DAY
        return self._windowed(found[1], before, int(months or 1))

    # What is seen.

    def knows(self, row: Row) -> bool:
        """Is it recorded by then?"""
        return self.known is None or row["recorded_at"] <= self.known

    def mine(self, invoice: Row) -> bool:
        """Is it in this cell?"""
        segment = self.segment is None or invoice["segment"] == self.segment
        return segment and invoice["currency"] == self.currency

    def invoices(self, day: date) -> list[Row]:
        """Invoices of this cell seen at a day."""
        rows = self.ledger.invoices
        return [
            row for row in rows if self.mine(row) and row["invoiced_on"] <= day and self.knows(row)
        ]

    def entries(self, day: date) -> list[Row]:
        """Entries of this currency seen at a day."""
        return [
            row
            for row in self.ledger.entries
            if row["currency"] == self.currency and row["effective_on"] <= day and self.knows(row)
        ]

    def shares(self, entry: Row) -> list[Row]:
        """Shares of an entry known by then."""
        rows = self.ledger.shares
        return [row for row in rows if row["entry_id"] == entry["id"] and self.knows(row)]

    def applied(self, invoice: Row, day: date) -> int:
        """What stands on an invoice at a day."""
        return sum(
            share["amount_minor"]
            for entry in self.entries(day)
            for share in self.shares(entry)
            if share["invoice_id"] == invoice["id"] and share["applied_on"] <= day
        )

    def open(self, invoice: Row, day: date) -> int:
        """Gross less applied, kept from changing its sign."""
        rest: int = invoice["gross_minor"] - self.applied(invoice, day)
        return min(rest, 0) if invoice["gross_minor"] < 0 else max(rest, 0)

    def unapplied(self, day: date) -> int:
        """Entries less what is applied of them, and what is applied beyond the gross."""
        excess = sum(
            self.open(invoice, day) - (invoice["gross_minor"] - self.applied(invoice, day))
            for invoice in self.invoices(day)
        )
        return excess + sum(self._loose(entry, day) for entry in self.entries(day))

    def _loose(self, entry: Row, day: date) -> int:
        shares = self.shares(entry)
        done = [share for share in shares if share["applied_on"] <= day]
        if self.segment is None:
            seen = {invoice["id"] for invoice in self.invoices(day)}
            stands = [row["amount_minor"] for row in done if row["invoice_id"] in seen]
            return int(entry["amount_minor"] - sum(stands))
        loose = 0
        for share in done:
            invoice = self.by_id[share["invoice_id"]]
            unseen = (
                invoice["invoiced_on"] > day
                or not self.knows(invoice)
                or invoice["currency"] != self.currency
            )
            if unseen and invoice["segment"] == self.segment:
                loose += share["amount_minor"]
        left = entry["amount_minor"] - sum(share["amount_minor"] for share in done)
        coming = [row for row in shares if row["applied_on"] > day and row["amount_minor"] > 0]
        for share in sorted(coming, key=lambda row: (row["applied_on"], row["id"])):
            taken = max(min(left, share["amount_minor"]), 0)
            left -= taken
            if self.by_id[share["invoice_id"]]["segment"] == self.segment:
                loose += taken
        return int(loose)

    def net(self, day: date) -> int:
        """Open less unapplied."""
        return sum(self.open(row, day) for row in self.invoices(day)) - self.unapplied(day)

    def _reductions(self, kind: str, first: date, last: date) -> int:
        total = 0
        for entry in self.entries(last):
            if entry["kind"] == kind and entry["effective_on"] >= first:
                if self.segment is None:
                    total += entry["amount_minor"]
                    continue
                for share in self.shares(entry):
                    if self.by_id[share["invoice_id"]]["segment"] == self.segment:
                        total += share["amount_minor"]
        return total

    def sales(self, first: date, last: date) -> int:
        """Invoices less credit notes dated in a span."""
        rows = [row for row in self.invoices(last) if row["invoiced_on"] >= first]
        gross = sum(row["gross_minor"] for row in rows)
        return gross - self._reductions("credit_note", first, last)

    def age(self, invoice: Row) -> int:
        """Days since it was due."""
        return (self.day - (invoice["due_on"] or invoice["invoiced_on"])).days

    def sum_open(self, holds: Callable[[Row], bool]) -> int:
        """Add up what is open of some invoices."""
        return sum(self.open(row, self.day) for row in self.invoices(self.day) if holds(row))

    def disputed(self, invoice: Row) -> bool:
        """Is it contested at the day?"""
        for row in self.ledger.disputes:
            if row["invoice_id"] != invoice["id"] or not self.knows(row):
                continue
            end = row["disputed_to"]
            if end and self.known and row["ended_recorded_at"] > self.known:
                end = None
            if row["disputed_from"] <= self.day and (end is None or self.day < end):
                return True
        return False

    # Numbers at a day.

    def _standing(self, name: str) -> Answer:
        money = self._money(name)
        if money is not None:
            return Fraction(money), "ok"
        if name == "percent_current":
            current, total = self.sum_open(lambda row: self.age(row) <= 0), self.sum_open(bool)
            return ratio(100 * current, total, "undefined")
        if name.startswith("promise"):
            return self._promises(name.endswith("count"))
        return self._by_month() if name == "dso.countback.month" else self._by_day()

    def _money(self, name: str) -> int | None:
        rows = self.invoices(self.day)
        if name == "invoices.open_count":
            return sum(self.open(row, self.day) != 0 for row in rows)
        if name.startswith("aging.") and name.endswith(".unapplied"):
            return -self.unapplied(self.day)
        plain: dict[str, Callable[[], int]] = {
            "receivables.open": lambda: self.sum_open(bool),
            "receivables.unapplied": lambda: self.unapplied(self.day),
            "receivables.net": lambda: self.net(self.day),
            "receivables.current": lambda: self.sum_open(lambda row: self.age(row) <= 0),
            "receivables.past_due": lambda: self.sum_open(lambda row: self.age(row) > 0),
            "receivables.disputed": lambda: self.sum_open(self.disputed),
        }
        if name in plain:
            return plain[name]()
        if name.startswith("aging."):
            low, high = _bucket(name.rpartition(".")[2])
            by_due = name.startswith("aging.due")
            return self.sum_open(
                lambda row: (
                    low
                    <= (self.age(row) if by_due else (self.day - row["invoiced_on"]).days)
                    <= high
                )
            )
        return None

    def _recovered(self, days: int) -> Answer:
        last = self.day
        while (last + DAY).day != 1 or last + days * DAY > self.day:
            last -= DAY
        placed = received = 0
        for invoice in self.invoices(last):
            due = invoice["due_on"] or invoice["invoiced_on"]
            on = max(due + DAY, invoice["invoiced_on"])
            if (on.year, on.month) == (last.year, last.month) and invoice["gross_minor"] > 0:
                before = sum(minor for *_, minor in self._put_on(invoice, date.min, on - DAY))
                left = max(invoice["gross_minor"] - before, 0)
                since = self._put_on(invoice, on, on + days * DAY)
                cash = sum(minor for kind, minor in since if kind == "payment")
                placed += left
                received += min(left, max(cash, 0))
        return ratio(received, placed, "no_data")

    def _put_on(self, invoice: Row, first: date, last: date) -> list[tuple[str, int]]:
        return [
            (entry["kind"], share["amount_minor"])
            for entry in self.entries(last)
            for share in self.shares(entry)
            if share["invoice_id"] == invoice["id"]
            and first
            <= max(share["applied_on"], entry["effective_on"], invoice["invoiced_on"])
            <= last
        ]

    def _promises(self, by_count: bool) -> Answer:  # noqa: FBT001 - two forms of one number
        judged = [
            row
            for row in self.ledger.promises
            if self.segment is None
            and row["currency"] == self.currency
            and row["state"] in {"kept", "partly_kept", "broken"}
            and row["promised_on"] + row["grace_days"] * DAY <= self.day
            and (self.known is None or row["judged_at"] <= self.known)
        ]
        if by_count:
            return ratio(sum(row["state"] == "kept" for row in judged), len(judged), "no_data")
        came = sum(min(row["kept_minor"] or 0, row["amount_minor"]) for row in judged)
        return ratio(came, sum(row["amount_minor"] for row in judged), "no_data")

    def _first(self) -> date | None:
        return min((row["invoiced_on"] for row in self.invoices(self.day)), default=None)

    def _by_month(self) -> Answer:
        first, left, days = self._first(), Fraction(self.net(self.day)), 0
        if left <= 0:
            return Fraction(0), "ok"
        year, month = self.day.year, self.day.month
        for step in range(36):
            start = date(year, month, 1)
            end = self.day if step == 0 else date(year, month, calendar.monthrange(year, month)[1])
            if first is None or end < first:
                break
            sales = self.sales(start, end)
            if sales > 0 and left <= sales:
                return days + left / sales * end.day, "ok"
            left -= max(sales, 0)
            days += end.day
            year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        return None, "insufficient_history"

    def _by_day(self) -> Answer:
        first, left = self._first(), Fraction(self.net(self.day))
        if left <= 0:
            return Fraction(0), "ok"
        day, days = self.day, 0
        while first is not None and day >= first:
            sales = self.sales(day, day)
            if sales > 0 and left <= sales:
                return days + left / sales, "ok"
            left -= max(sales, 0)
            day, days = day - DAY, days + 1
        return None, "insufficient_history"

    # Numbers of a window.

    def _windowed(self, family: str, before: date, months: int) -> Answer:
        first = before + DAY
        if family.startswith(("days_to_pay", "days_late", "on_time")):
            return self._paid(family, first)
        if family.startswith(("churn", "retention")):
            return self._people(family, before)
        return self._of_sales(family, before, months)

    def _of_sales(self, family: str, before: date, months: int) -> Answer:
        first, end = before + DAY, self.day
        sales, days, net = self.sales(first, end), (end - before).days, self.net(end)
        if family == "sales":
            return Fraction(sales), "ok"
        current = self.sum_open(lambda row: self.age(row) <= 0)
        past_due = self.sum_open(lambda row: self.age(row) > 0)
        parts: dict[str, Callable[[], Fraction]] = {
            "dso.simple": lambda: Fraction(net),
            "dso.undisputed": lambda: Fraction(net - self.sum_open(self.disputed)),
            "dso.best_possible": lambda: Fraction(current),
            "dso.delinquent": lambda: Fraction(past_due),
            "add": lambda: Fraction(net - current),
            "dso.average_ends": lambda: Fraction(self.net(before) + net, 2),
            "dso.average_month_ends": lambda: self._mean(before),
        }
        if family in parts:
            return ratio(parts[family]() * days, sales, "no_sales")
        if family == "bad_debt_ratio":
            return ratio(100 * self._reductions("write_off", first, end), sales, "no_sales")
        opening = self.net(before)
        if family == "turnover":
            return ratio(sales, Fraction(opening + net, 2), "undefined")
        rise = opening + Fraction(sales, months if family == "cei.crf" else 1)
        return ratio(100 * (rise - net), rise - current, "undefined")

    def _mean(self, before: date) -> Fraction:
        points = [before]
        day = before + DAY
        while day <= self.day:
            if (day + DAY).day == 1 or day == self.day:
                points.append(day)
            day += DAY
        return Fraction(sum(self.net(point) for point in points), len(points))

    def _lines(self, first: date) -> Iterator[tuple[int, int, int, int]]:
        for entry in self.entries(self.day):
            if entry["kind"] != "payment" or entry["effective_on"] < first:
                continue
            for invoice in self.invoices(self.day):
                shares = [
                    row["amount_minor"]
                    for row in self.shares(entry)
                    if row["invoice_id"] == invoice["id"] and row["applied_on"] <= self.day
                ]
                if sum(shares) > 0:
                    lines = len(shares) if min(shares) > 0 else 1
                    pay = (entry["effective_on"] - invoice["invoiced_on"]).days
                    due = invoice["due_on"] or invoice["invoiced_on"]
                    yield lines, sum(shares), pay, (entry["effective_on"] - due).days

    def _paid(self, family: str, first: date) -> Answer:
        kind, _, form = family.partition(".")
        top = bottom = 0
        for lines, minor, pay, late in self._lines(first):
            weight = lines if form in {"mean", "count"} else minor
            measured = {"days_to_pay": pay, "on_time": int(late <= 0)}.get(
                kind, late if form == "weighted_signed" else max(late, 0)
            )
            top, bottom = top + weight * measured, bottom + weight
        return ratio(top, bottom, "no_data")

    def _people(self, family: str, before: date) -> Answer:
        known_on = self.known.date() if self.known else None
        ever = [
            row
            for row in self.ledger.customers
            if row["started_on"]
            and (known_on is None or row["started_on"] <= known_on)
            and self.segment in {None, row["segment"]}
        ]

        def gone(row: Row, day: date) -> bool:
            end = row["ended_on"]
            return bool(end and end <= day and (known_on is None or end <= known_on))

        there = [row for row in ever if row["started_on"] <= before and not gone(row, before)]
        lost = [row for row in there if gone(row, self.day)]
        if family == "churn.customer":
            return ratio(len(lost), len(there), "undefined" if ever else "no_data")
        start, away, all_time = (
            sum(row["monthly_value_minor"] or 0 for row in rows) for rows in (there, lost, ever)
        )
        part = away if family == "churn.revenue" else start - away
        return ratio(part, start, "undefined" if all_time else "no_data")


def ratio(top: Fraction | int, bottom: Fraction | int, otherwise: str) -> Answer:
    """Divide, or say why not."""
    return (Fraction(top) / bottom, "ok") if bottom > 0 else (None, otherwise)


def _bucket(name: str) -> tuple[int, int]:
    if name == "current":
        return -(10**6), 0
    low, _, high = name.partition("_")
    return int(low), 10**6 if high == "plus" else int(high)
