"""The canonical ledger on disk says what the rows say, in exactly its columns."""

import csv
from datetime import date
from pathlib import Path

import pytest

from carecredit.demo.ledger import write_ledger
from carecredit.demo.rows import (
    Company,
    CreditNote,
    Customer,
    Invoice,
    Payment,
    WriteOff,
)
from carecredit.demo.world import make_world
from carecredit.kernel.money import parse_minor

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)

COMPANY = Company(
    code="shop",
    name="Bottega",
    country="IT",
    currency="EUR",
    iban="IT60X0542811101000000123456",
    language="it",
    zone="Europe/Rome",
    sector="shop",
    customers=(
        Customer(
            number="C1",
            name='Bar "Da Nicolò", S.n.c.',
            language="it",
            phone=None,
            email="nicolo@example.org",
            country="IT",
            region="BN",
            segment="business",
            started_on=DAY,
            ended_on=None,
            ended_reason=None,
            monthly_value_minor=1205,
        ),
    ),
    invoices=(
        Invoice(
            number="I1",
            customer="C1",
            invoiced_on=DAY,
            due_on=NEXT,
            currency="EUR",
            gross_minor=12_200,
            tax_minor=2_200,
            recorded_on=NEXT,
            disputed_from=NEXT,
            disputed_to=None,
            segment="business",
        ),
    ),
    payments=(
        Payment(
            number="P1",
            customer="C1",
            invoice=None,
            received_on=DAY,
            applied_on=None,
            currency="EUR",
            amount_minor=5,
            recorded_on=NEXT,
        ),
    ),
    credit_notes=(
        CreditNote(
            number="N1",
            customer="C1",
            invoice="I1",
            credited_on=DAY,
            applied_on=NEXT,
            currency="EUR",
            gross_minor=1_220,
            tax_minor=220,
            recorded_on=NEXT,
            segment="business",
        ),
    ),
    write_offs=(
        WriteOff(
            number="W1",
            customer="C1",
            invoice="I1",
            written_off_on=NEXT,
            currency="EUR",
            amount_minor=100,
            recorded_on=NEXT,
        ),
    ),
    promises=(),
)


class TestWriteLedger:
    @pytest.mark.parametrize(
        ("name", "lines"),
        [
            (
                "customers.csv",
                (
                    "customer_id,name,language,phone,email,country,region,segment,started_on,"
                    "ended_on,ended_reason,monthly_value\n"
                    'C1,"Bar ""Da Nicolò"", S.n.c.",it,,nicolo@example.org,IT,BN,business,'
                    "2026-03-02,,,12.05\n"
                ),
            ),
            (
                "invoices.csv",
                (
                    "invoice_id,customer_id,invoice_date,due_date,currency,gross_amount,tax_amount,"
                    "recorded_at,disputed_from,disputed_to,segment\n"
                    "I1,C1,2026-03-02,2026-03-03,EUR,122.00,22.00,2026-03-03,2026-03-03,,business\n"
                ),
            ),
            (
                "payments.csv",
                (
                    "payment_id,customer_id,invoice_id,payment_date,applied_date,currency,amount,"
                    "recorded_at\n"
                    "P1,C1,,2026-03-02,,EUR,0.05,2026-03-03\n"
                ),
            ),
            (
                "credit_notes.csv",
                (
                    "credit_note_id,customer_id,invoice_id,credit_date,applied_date,currency,"
                    "gross_amount,tax_amount,recorded_at,segment\n"
                    "N1,C1,I1,2026-03-02,2026-03-03,EUR,12.20,2.20,2026-03-03,business\n"
                ),
            ),
            (
                "write_offs.csv",
                (
                    "write_off_id,customer_id,invoice_id,write_off_date,currency,amount,recorded_at\n"
                    "W1,C1,I1,2026-03-03,EUR,1.00,2026-03-03\n"
                ),
            ),
        ],
    )
    def test_writes_exactly_the_canonical_columns(
        self, tmp_path: Path, name: str, lines: str
    ) -> None:
        write_ledger(COMPANY, tmp_path)

        assert (tmp_path / name).read_bytes() == lines.encode()

    def test_makes_the_directory_and_names_the_files(self, tmp_path: Path) -> None:
        directory = tmp_path / "books" / "shop"

        written = write_ledger(COMPANY, directory)

        assert sorted(written) == sorted(directory.iterdir())

    def test_keeps_every_cent_of_the_made_world(self, tmp_path: Path) -> None:
        company = make_world(1, date(2026, 6, 8)).companies[1]

        write_ledger(company, tmp_path)

        with (tmp_path / "payments.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(company.payments)
        assert sum(parse_minor(row["amount"], row["currency"]) for row in rows) == sum(
            row.amount_minor for row in company.payments
        )
