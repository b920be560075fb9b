"""How each column of the ledger is read, with good values and bad ones."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from carecredit.intake.rules import (
    FILES,
    Cells,
    Place,
    parse_credit_note,
    parse_customer,
    parse_dispute,
    parse_entry,
    parse_instalment,
    parse_invoice,
    parse_payment,
    parse_rate,
    parse_share,
    parse_write_off,
)
from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid

PLACE = Place(zone("Europe/Rome"), "IT", "EUR")


CUSTOMER = {"customer_id": "K-1"}


INVOICE = {
    "invoice_id": "F-1", "customer_id": "K-1", "invoice_date": "2026-04-01",
    "currency": "EUR", "gross_amount": "120.00",
}  # fmt: skip


PAYMENT = {
    "payment_id": "P-1", "customer_id": "K-1", "currency": "EUR", "payment_date": "2026-05-05",
    "amount": "120.00",
}  # fmt: skip


CREDIT_NOTE = {
    "credit_note_id": "N-1", "customer_id": "K-1", "currency": "EUR", "credit_date": "2026-05-05",
    "gross_amount": "20.00",
}  # fmt: skip


WRITE_OFF = {
    "write_off_id": "W-1", "customer_id": "K-1", "invoice_id": "F-1", "currency": "EUR",
    "write_off_date": "2026-05-05", "amount": "20.00",
}  # fmt: skip


ENTRY = {
    "kind": "refund", "entry_id": "R-1", "customer_id": "K-1", "date": "2026-05-05",
    "currency": "EUR", "amount": "20.00",
}  # fmt: skip


INSTALMENT = {"invoice_id": "F-1", "due_date": "2026-05-05", "amount": "20.00"}


SHARE = {"entry_id": "P-1", "invoice_id": "F-1", "amount": "20.00"}


DISPUTE = {"invoice_id": "F-1", "disputed_from": "2026-05-05"}


RATE = {
    "rate_set": "month", "currency": "USD", "into": "EUR", "day": "2026-05-05", "rate": "0.91",
}  # fmt: skip


ROWS: dict[Callable[[Cells, Place], Any], dict[str, str]] = {
    parse_customer: CUSTOMER,
    parse_invoice: INVOICE,
    parse_payment: PAYMENT,
    parse_credit_note: CREDIT_NOTE,
    parse_write_off: WRITE_OFF,
    parse_entry: ENTRY,
    parse_instalment: INSTALMENT,
    parse_share: SHARE,
    parse_dispute: DISPUTE,
    parse_rate: RATE,
}


NO_DATES = ("31/05/2026", "2026-5-1", "20260501", "2026-02-29", "1899-12-31", "2200-01-01", "x")


NO_AMOUNTS = ("1,50", "1.234,50", "1e3", "€ 5", "1.005", "٣", "+1", "99999999999999999")


NOT_PRINTABLE = ("a\nb", "a\0b", "x" * 201, "caff\udce9")


BAD = [
    *((parse_customer, "customer_id", value) for value in ("", "  ", *NOT_PRINTABLE)),
    *((parse_customer, "name", value) for value in NOT_PRINTABLE),
    *((parse_customer, "language", value) for value in ("i", "italiano", "it-Italy")),
    *((parse_customer, "country", value) for value in ("it", "ITA", "I1", "Italia")),
    *((parse_customer, "phone", value) for value in ("12", "abc", "112", "+39 899 123456")),
    *(
        (parse_customer, "email", value)
        for value in ("a@b", "a b@c.it", "a@b.it, c@d.it", "à@b.it")
    ),
    *((parse_customer, "started_on", value) for value in NO_DATES),
    *((parse_customer, "ended_on", value) for value in NO_DATES),
    (parse_customer, "ended_reason", "bored"),
    *((parse_customer, "monthly_value", value) for value in NO_AMOUNTS),
    (parse_invoice, "invoice_id", ""),
    (parse_invoice, "customer_id", ""),
    *((parse_invoice, "invoice_date", value) for value in ("", *NO_DATES)),
    *((parse_invoice, "due_date", value) for value in NO_DATES),
    *((parse_invoice, "currency", value) for value in ("", "eur", "EURO", "ZZZ")),
    *((parse_invoice, "gross_amount", value) for value in ("", *NO_AMOUNTS)),
    *((parse_invoice, "tax_amount", value) for value in NO_AMOUNTS),
    *((parse_invoice, "recorded_at", value) for value in ("yesterday", "2026-04-01T25:00")),
    *((parse_invoice, "disputed_from", value) for value in NO_DATES),
    *((parse_invoice, "segment", value) for value in NOT_PRINTABLE),
    (parse_payment, "payment_id", ""),
    (parse_payment, "customer_id", ""),
    *((parse_payment, "payment_date", value) for value in ("", *NO_DATES)),
    *((parse_payment, "currency", value) for value in ("", "lira")),
    *((parse_payment, "amount", value) for value in ("", "0", "0.00", "-5.00", *NO_AMOUNTS)),
    (parse_credit_note, "credit_note_id", ""),
    *((parse_credit_note, "credit_date", value) for value in ("", *NO_DATES)),
    *((parse_credit_note, "gross_amount", value) for value in ("", "0", *NO_AMOUNTS)),
    *((parse_credit_note, "tax_amount", value) for value in NO_AMOUNTS),
    (parse_write_off, "write_off_id", ""),
    (parse_write_off, "invoice_id", ""),
    *((parse_write_off, "write_off_date", value) for value in ("", *NO_DATES)),
    *((parse_write_off, "amount", value) for value in ("", "0", *NO_AMOUNTS)),
    *((parse_invoice, "kind", value) for value in ("payment", "Invoice", "fattura")),
    *((parse_invoice, "split_payment", value) for value in ("si", "2", "maybe")),
    *((parse_entry, "kind", value) for value in ("", "Payment", "reversal")),
    *((parse_entry, "date", value) for value in ("", *NO_DATES)),
    *((parse_entry, "amount", value) for value in ("", "0", "-1.00", *NO_AMOUNTS)),
    *((parse_entry, column, "F-1") for column in ("invoice_id", "due_date", "split_payment")),
    (parse_entry, "related_kind", "payment"),
    *((parse_instalment, "due_date", value) for value in ("", *NO_DATES)),
    (parse_instalment, "recorded_at", "soon"),
    *((parse_share, "kind", value) for value in ("refund", "chargeback", "invoice")),
    *((parse_share, "applied_date", value) for value in NO_DATES),
    *((parse_dispute, "disputed_from", value) for value in ("", *NO_DATES)),
    *((parse_dispute, "disputed_to", value) for value in ("2026-05-04", *NO_DATES)),
    (parse_dispute, "ended_recorded_at", "2026-05-09"),
    *((parse_rate, "currency", value) for value in ("", "usd")),
    (parse_rate, "into", "USD"),
    *((parse_rate, "rate", value) for value in ("", "0", "-1", "1,5", "1.0000000001", "0.0")),
    *((parse_rate, "day", value) for value in ("", *NO_DATES)),
]


class TestABadCell:
    @pytest.mark.parametrize(("parse", "column", "value"), BAD)
    def test_is_named_by_its_column_with_the_way_out(
        self, parse: Callable[[Cells, Place], Any], column: str, value: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            parse(Cells(ROWS[parse] | {column: value}), PLACE)

        assert refused.value.field == column
        assert len(refused.value.message) > 20

    def test_is_found_in_every_column_that_must_be_filled_in(self) -> None:
        for kind in FILES:
            row = ROWS[kind.parse]
            for column in kind.required:
                with pytest.raises(Invalid) as refused:
                    kind.parse(Cells(row | {column: " "}), PLACE)
                assert refused.value.field == column


class TestParseCustomer:
    def test_reads_every_column(self) -> None:
        cells = {
            "customer_id": " K-1 ", "name": "Officina Rossi", "language": "en", "country": "CH",
            "phone": "044 668 18 00; +39 333 123 4567", "email": "Info@Example.ORG",
            "region": "ZH", "segment": "Nord", "started_on": "2020-01-01",
            "ended_on": "2026-01-01", "ended_reason": "chose_to_leave", "monthly_value": "99.50",
        }  # fmt: skip

        row = parse_customer(Cells(cells), PLACE)

        assert (row.number, row.name, row.language) == ("K-1", "Officina Rossi", "en")
        assert [value for value, _, _ in row.phones] == ["+41446681800", "+393331234567"]
        assert row.emails == (("info@example.org", "Info@Example.ORG"),)
        assert (row.started_on, row.ended_on) == (date(2020, 1, 1), date(2026, 1, 1))
        assert (row.ended_reason, row.monthly_value_minor) == ("chose_to_leave", 9_950)

    def test_reads_a_national_number_in_the_client_companys_country(self) -> None:
        row = parse_customer(Cells(CUSTOMER | {"phone": "02 5555 0101"}), PLACE)

        assert row.phones == (("+390255550101", None, "02 5555 0101"),)

    def test_refuses_an_end_before_the_start(self) -> None:
        cells = CUSTOMER | {"started_on": "2026-01-02", "ended_on": "2026-01-01"}

        with pytest.raises(Invalid, match="ends before it starts"):
            parse_customer(Cells(cells), PLACE)


class TestParseInvoice:
    def test_takes_an_empty_due_date_and_a_negative_amount(self) -> None:
        row = parse_invoice(Cells(INVOICE | {"gross_amount": "-5.00", "due_date": ""}), PLACE)

        assert (row.gross_minor, row.due_on) == (-500, None)

    def test_takes_no_currency_stated_for_two_decimals(self) -> None:
        row = parse_invoice(Cells(INVOICE | {"currency": "XXX"}), PLACE)

        assert (row.currency, row.gross_minor) == ("XXX", 12_000)

    @pytest.mark.parametrize(
        ("currency", "amount", "minor"),
        [
            ("JPY", "120", 120),
            ("JPY", "120.00", 120),
            ("KWD", "1.234", 1_234),
            ("CLF", "1", 10_000),
        ],
    )
    def test_counts_in_the_currencys_own_unit(self, currency: str, amount: str, minor: int) -> None:
        row = parse_invoice(Cells(INVOICE | {"currency": currency, "gross_amount": amount}), PLACE)

        assert row.gross_minor == minor

    @pytest.mark.parametrize(("begin", "end"), [("", "2026-05-02"), ("2026-05-03", "2026-05-02")])
    def test_refuses_a_dispute_that_ends_before_it_begins(self, begin: str, end: str) -> None:
        with pytest.raises(Invalid) as refused:
            parse_invoice(Cells(INVOICE | {"disputed_from": begin, "disputed_to": end}), PLACE)

        assert refused.value.field == "disputed_to"

    def test_was_known_on_its_own_day_where_nothing_is_said(self) -> None:
        row = parse_invoice(Cells(INVOICE), PLACE)

        assert row.recorded_at == datetime(2026, 3, 31, 22, tzinfo=UTC)


class TestParseSplitPayment:
    def test_takes_the_vat_off_what_the_customer_owes(self) -> None:
        cells = INVOICE | {"tax_amount": "21.64", "split_payment": "Yes"}

        row = parse_invoice(Cells(cells), PLACE)

        assert (row.gross_minor, row.tax_minor, row.split_payment) == (9_836, 2_164, True)

    @pytest.mark.parametrize("tax", ["", "-1.00", "120.01"])
    def test_wants_the_vat_stated_and_within_the_total(self, tax: str) -> None:
        with pytest.raises(Invalid) as refused:
            parse_invoice(Cells(INVOICE | {"tax_amount": tax, "split_payment": "1"}), PLACE)

        assert refused.value.field == "tax_amount"


class TestParseEntry:
    def test_reads_a_document_that_asks_for_payment_by_its_kind(self) -> None:
        cells = ENTRY | {"kind": "opening_balance", "due_date": "2026-06-01"}

        row = parse_entry(Cells(cells), PLACE)

        assert (row.kind, row.number, row.gross_minor, row.due_on) == (
            "opening_balance", "R-1", 2_000, date(2026, 6, 1),
        )  # fmt: skip

    def test_wants_to_know_of_which_payment_a_debit_came_back(self) -> None:
        with pytest.raises(Invalid) as refused:
            parse_entry(Cells(ENTRY | {"kind": "chargeback"}), PLACE)

        assert refused.value.field == "related_id"

    @pytest.mark.parametrize("column", ["invoice_id", "applied_date", "related_id", "reason"])
    def test_leaves_no_cell_unread_that_a_document_does_not_have(self, column: str) -> None:
        with pytest.raises(Invalid) as refused:
            parse_entry(Cells(ENTRY | {"kind": "cost_note", column: "x"}), PLACE)

        assert refused.value.field == column
