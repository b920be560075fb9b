"""A made-up book of any size, the same for the same seed, as a folder of the ledger's CSV files.

    python benchmarks/book.py OUT [--invoices 1000000] [--customers N] [--seed 7]

Five years, eight segments, 1.2 payments for each invoice, some of them in part or not applied; 3 %
of the rows were recorded late, by up to 90 days; 2 % credit notes, 0.5 % write-offs, 3 % disputes,
1 % of the invoices in instalments, some debits that came back. Written as it is made: memory does
not grow with the book. A folder that holds the book already is left as it is.
"""

import argparse
import csv
import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

FIRST, LAST = date(2021, 1, 1), date(2025, 12, 31)
DAYS = (LAST - FIRST).days + 1
# From 15 months before the first day to well behind the last: every date is written once.
ISO = [(FIRST + timedelta(days=index)).isoformat() for index in range(DAYS + 800)]
SEGMENTS = ("home", "shop", "office", "farm", "workshop", "hotel", "school", "plant")
HEADERS = {
    "customers.csv": (
        "customer_id", "name", "language", "phone", "email", "country", "segment", "started_on",
    ),
    "invoices.csv": (
        "invoice_id", "customer_id", "invoice_date", "due_date", "currency", "gross_amount",
        "tax_amount", "recorded_at", "disputed_from", "disputed_to", "segment",
    ),
    "instalments.csv": ("invoice_id", "due_date", "amount", "recorded_at"),
    "payments.csv": (
        "payment_id", "customer_id", "invoice_id", "payment_date", "applied_date", "currency",
        "amount", "recorded_at",
    ),
    "credit_notes.csv": (
        "credit_note_id", "customer_id", "invoice_id", "credit_date", "applied_date", "currency",
        "gross_amount", "tax_amount", "recorded_at",
    ),
    "write_offs.csv": (
        "write_off_id", "customer_id", "invoice_id", "write_off_date", "currency", "amount",
        "recorded_at",
    ),
    "entries.csv": (
        "kind", "entry_id", "customer_id", "date", "currency", "amount", "related_id", "reason",
        "recorded_at",
    ),
    "disputes.csv": (
        "invoice_id", "disputed_from", "disputed_to", "amount", "reason", "recorded_at",
    ),
}  # fmt: skip
Row = Sequence[Any]
Rows = Iterator[tuple[str, Row]]


class Sale(msgspec.Struct, frozen=True):
    """An invoice of the book: its number, customer, day (as an index), sum and due day."""

    number: str
    customer: str
    day: int
    cents: int
    due: int


def euro(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def customers_of(count: int) -> Rows:
    """Make the customers: each has a segment, a phone and an address."""
    for index in range(count):
        segment = SEGMENTS[index % len(SEGMENTS)]
        phone, mail = f"+39333{1_000_000 + index}", f"k{index}@example.org"
        yield (
            "customers.csv",
            (f"K{index}", f"Person {index}", "it", phone, mail, "IT", segment, ISO[0]),
        )


def invoices_of(count: int, customers: int, rng: random.Random) -> Rows:
    """Make the invoices in the order of their days, and all that happens to each."""
    for index in range(count):
        holder = int(customers * rng.random() ** 1.5)
        day = index * DAYS // count
        cents = min(5_000_000, int(rng.lognormvariate(9.2, 1.0)) + 100)
        sale = Sale(f"F{index}", f"K{holder}", day, cents, day + (14, 30, 30, 60)[holder % 4])
        yield from _document(sale, SEGMENTS[holder % len(SEGMENTS)], rng)
        yield from _settlement(sale, holder, rng)


def _document(sale: Sale, segment: str, rng: random.Random) -> Rows:
    whole = rng.random() < 0.02
    begun = sale.due + rng.randrange(1, 20)
    contested = (ISO[begun], ISO[begun + rng.randrange(5, 60)]) if whole else ("", "")
    tax = sale.cents * 22 // 122
    known = recorded(sale.day, rng)
    yield "invoices.csv", (
        sale.number, sale.customer, ISO[sale.day], ISO[sale.due], "EUR", euro(sale.cents),
        euro(tax), known, *contested, segment,
    )  # fmt: skip
    if not whole and rng.random() < 0.01 and begun < DAYS:
        end = ISO[begun + 30] if rng.random() < 0.8 else ""
        part = euro(max(1, sale.cents // 4))
        yield "disputes.csv", (sale.number, ISO[begun], end, part, "price", ISO[begun])
    if rng.random() < 0.01:
        half = sale.cents // 2
        for due, cents in ((sale.due, half), (sale.due + 30, sale.cents - half)):
            yield "instalments.csv", (sale.number, ISO[due], euro(cents), known)


def _settlement(sale: Sale, holder: int, rng: random.Random) -> Rows:
    left, fate = sale.cents, rng.random()
    if fate < 0.02:
        credit = max(1, left // 5)
        left -= credit
        yield from _credit_note(sale, credit, rng)
    if fate > 0.995:
        yield from _write_off(sale, left, rng)
    elif fate < 0.95:
        yield from _payments(sale, holder, left, rng)


def _payments(sale: Sale, holder: int, left: int, rng: random.Random) -> Rows:
    parts = rng.choices((1, 2, 3), (75, 20, 5))[0]
    day = sale.due + int(rng.gauss(holder % 7 * 4 - 6, 9))
    for part in range(parts):
        cents = left if part == parts - 1 else max(1, left // (parts - part))
        left -= cents
        day = max(sale.day, day) + 20 * part
        if cents and day < DAYS:
            yield from _payment(sale, f"P{sale.number[1:]}.{part}", day, cents, rng)


def _payment(sale: Sale, number: str, day: int, cents: int, rng: random.Random) -> Rows:
    chance, known = rng.random(), recorded(day, rng)
    invoice = "" if chance < 0.02 else sale.number
    later = ISO[day + rng.randrange(1, 20)] if chance > 0.95 else ""
    yield "payments.csv", (
        number, sale.customer, invoice, ISO[day], later if invoice else "", "EUR", euro(cents),
        known,
    )  # fmt: skip
    if rng.random() < 0.002:
        back = ISO[day + 5]
        yield "entries.csv", (
            "chargeback", f"B{number[1:]}", sale.customer, back, "EUR", euro(cents), number,
            "returned debit", back,
        )  # fmt: skip


def _credit_note(sale: Sale, cents: int, rng: random.Random) -> Rows:
    day = sale.day + rng.randrange(1, 40)
    if day < DAYS:
        yield "credit_notes.csv", (
            f"C{sale.number[1:]}", sale.customer, sale.number, ISO[day], "", "EUR", euro(cents),
            euro(cents * 22 // 122), recorded(day, rng),
        )  # fmt: skip


def _write_off(sale: Sale, cents: int, rng: random.Random) -> Rows:
    day = sale.due + 180
    if day < DAYS:
        number = f"W{sale.number[1:]}"
        yield "write_offs.csv", (
            number, sale.customer, sale.number, ISO[day], "EUR", euro(cents), recorded(day, rng),
        )  # fmt: skip
        if rng.random() < 0.2:
            yield "entries.csv", (
                "recovery", f"R{sale.number[1:]}", sale.customer, ISO[day + 60], "EUR",
                euro(max(1, cents // 3)), number, "paid after all", ISO[day + 60],
            )  # fmt: skip


def recorded(day: int, rng: random.Random) -> str:
    """Say when a row was known: mostly on its day, 3 % up to 90 days later."""
    return ISO[day + rng.randrange(1, 91)] if rng.random() < 0.03 else ISO[day]


def make_book(folder: Path, *, invoices: int, customers: int, seed: int = 7) -> None:
    """Write the book into a folder, unless it is there already."""
    mark = folder / ".made"
    made = f"{invoices} {customers} {seed}"
    if mark.is_file() and mark.read_text() == made:
        return
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    with ExitStack() as stack:
        put = {}
        for name, header in HEADERS.items():
            file = stack.enter_context((folder / name).open("w", newline="", encoding="utf-8"))
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            put[name] = writer.writerow
        for rows in (customers_of(customers), invoices_of(invoices, customers, rng)):
            for name, row in rows:
                put[name](row)
    mark.write_text(made)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--invoices", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, help="default: one for twenty invoices")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    customers = asked.customers or max(1, asked.invoices // 20)
    make_book(asked.out, invoices=asked.invoices, customers=customers, seed=asked.seed)


if __name__ == "__main__":
    main()
