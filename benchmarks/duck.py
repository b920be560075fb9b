"""The rows of a book in DuckDB, in memory, asked for what reports are asked for: a floor.

Instalments are left out: they move amounts between buckets of an aging, not its sum.
"""

from datetime import date, timedelta
from pathlib import Path

import duckdb

FLOOR = """
    CREATE TABLE entries AS
        SELECT payment_date AS day, amount AS minor FROM payments
        UNION ALL SELECT credit_date, gross_amount FROM credit_notes
        UNION ALL SELECT write_off_date, amount FROM write_offs
        UNION ALL SELECT date, -amount FROM others WHERE kind <> 'recovery';
    CREATE TABLE shares AS
        SELECT invoice_id, coalesce(try_cast(applied_date AS DATE), payment_date) AS day,
            amount AS minor
        FROM payments WHERE invoice_id IS NOT NULL
        UNION ALL SELECT invoice_id, coalesce(try_cast(applied_date AS DATE), credit_date),
            gross_amount
        FROM credit_notes
        UNION ALL SELECT invoice_id, write_off_date, amount FROM write_offs
        UNION ALL SELECT p.invoice_id,
            greatest(o.date, coalesce(try_cast(p.applied_date AS DATE), p.payment_date)),
            -o.amount FROM others o JOIN payments p ON p.payment_id = o.related_id
        WHERE o.kind = 'chargeback' AND p.invoice_id IS NOT NULL;
"""
AGING = """
    SELECT sum(open), sum(open) FILTER (due_date >= $day),
        sum(open) FILTER (due_date < $day AND due_date >= $day - 30),
        sum(open) FILTER (due_date < $day - 30 AND due_date >= $day - 60),
        sum(open) FILTER (due_date < $day - 60 AND due_date >= $day - 90),
        sum(open) FILTER (due_date < $day - 90)
    FROM (SELECT due_date, greatest(gross_amount - coalesce(applied, 0), 0) AS open
        FROM invoices LEFT JOIN (SELECT invoice_id, sum(minor) AS applied FROM shares
            WHERE day <= $day GROUP BY 1) USING (invoice_id)
        WHERE invoice_date <= $day)
"""
NET = """
    SELECT (SELECT sum(gross_amount) FROM invoices WHERE invoice_date <= $day)
        - (SELECT sum(minor) FROM entries WHERE day <= $day)
"""
SALES = """
    SELECT (SELECT sum(gross_amount) FROM invoices WHERE invoice_date BETWEEN $first AND $day)
        - (SELECT coalesce(sum(gross_amount), 0) FROM credit_notes
            WHERE credit_date BETWEEN $first AND $day)
"""


class Floor:
    """The same rows in DuckDB, in memory."""

    def __init__(self, folder: Path) -> None:
        self._base = duckdb.connect()
        names = {"others": "entries"}
        for table in ("invoices", "payments", "credit_notes", "write_offs", "others"):
            file = folder / f"{names.get(table, table)}.csv"
            self._base.execute(
                f"CREATE TABLE {table} AS SELECT * REPLACE ("
                f"{self._cents(table)}) FROM read_csv('{file}', all_varchar = false)"
            )
        self._base.execute(FLOOR)

    def one(self, query: str, **asked: date) -> list[int]:
        """Ask for one row, in cents."""
        row = self._base.execute(query, asked).fetchone() or ()
        return [round(100 * (amount or 0)) for amount in row]

    def open(self, day: date) -> int:
        """Age all that is open by its due date; give the sum of it."""
        return self.one(AGING, day=day)[0]

    def dso(self, day: date) -> tuple[int, int]:
        """Count back by month; give the balance, and the days in thousandths."""
        net, left, days, at = self.one(NET, day=day)[0], 0, 0.0, day
        left = net
        while left > 0 and at.year > 2019:
            first = at.replace(day=1)
            (sales,) = self.one(SALES, first=first, day=at)
            if sales >= left:
                return net, round(1_000 * (days + left / sales * at.day))
            left, days, at = left - sales, days + at.day, first - timedelta(days=1)
        return net, 0

    @staticmethod
    def _cents(table: str) -> str:
        name = "gross_amount" if table in {"invoices", "credit_notes"} else "amount"
        return f"CAST({name} AS DECIMAL(18, 2)) AS {name}"
