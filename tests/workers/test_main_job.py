"""The main job under faults, in short: some days, some kills, a broker that forgets.

The long run (two years, twenty kills) is `make faults`; see tests/faults.
"""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from carecredit.demo.ledger import write_ledger
from carecredit.demo.rows import Company
from carecredit.demo.world import make_world
from faults.centre import Centre
from faults.main_job import Rehearsal, databases, days_between, make_customers

FIRST, LAST = date(2026, 2, 10), date(2026, 2, 13)
CUSTOMERS_MAX = 24


def small(company: Company) -> Company:
    """Leave a company some customers and what is theirs."""
    kept = {customer.number for customer in company.customers[:CUSTOMERS_MAX]}
    return msgspec.structs.replace(
        company,
        **{
            name: tuple(row for row in getattr(company, name) if row.customer in kept)
            for name in ("invoices", "payments", "credit_notes", "write_offs")
        },
        customers=(),
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_due_touch_is_made_once_or_waits_with_a_reason(kind: str, tmp_path: Path) -> None:
    source, book = tmp_path / "source", tmp_path / "book.csv"
    source.mkdir()
    book.mkdir()
    write_ledger(small(make_world(3, date(2026, 6, 1)).companies[0]), source)
    (source / "customers.csv").unlink()
    make_customers(source, book, seed=3)
    with databases(kind, tmp_path) as (database_url, broker_url):
        centre = Centre(tmp_path, database_url=database_url, broker_url=broker_url, workers=2)
        rehearsal = Rehearsal(centre, seed=3, kills=2, days=days_between(FIRST, LAST))

        result = rehearsal.run(book)

    assert result.faults == []
    assert result.kills == 2
    assert result.in_the_book >= 1
    assert result.calls_made >= 1
    assert result.touches_count >= 10
