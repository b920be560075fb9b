"""Documents that ask for payment: what they are owed, what they refuse, how one is put right."""

from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import func, select

import worlds
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import InvoiceId
from carecredit.kernel.money import Money
from carecredit.receivables import model, operations, queries
from carecredit.receivables.operations import NewCredit, NewInvoice
from carecredit.receivables.operations.correcting import NotCorrectable
from carecredit.receivables.operations.pen import NumberTaken
from worlds import CENTRE_CALLER, TODAY

Book = Any


AGO = worlds.timedelta


def ago_on(days: int) -> Any:
    return TODAY - AGO(days=days)


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


class TestAnInvoice:
    def test_falls_due_by_instalments_which_payments_fill_in_order(self, book: Book) -> None:
        key = book.invoice(minor=30_000, parts=((10, 10_000), (40, 10_000), (-20, 10_000)))
        book.pay("P-1", 15_000)

        it = book.ask(queries.invoice, invoice_id=key, today=TODAY)

        assert [part.open_minor for part in it.instalments] == [0, 5_000, 10_000]
        assert (it.due_on, it.past_due_minor, it.open_minor) == (ago_on(10), 5_000, 15_000)
        assert it.days_past_due(TODAY) == 10

    def test_below_zero_asks_for_nothing_and_has_no_instalments(self, book: Book) -> None:
        for parts in (((10, -5_000), (5, -5_000)), ((10, 5_000), (5, 5_000))):
            with pytest.raises(Invalid, match="give it one date, or record a credit note"):
                book.invoice(minor=-10_000, parts=parts)

        key = book.invoice(minor=-10_000)
        assert book.open(key) == -10_000

    def test_under_split_payment_asks_for_no_vat(self, book: Book) -> None:
        key = book.invoice(minor=12_200, tax_minor=2_200, split_payment=True)

        assert book.open(key) == 10_000
        with pytest.raises(Invalid, match="VAT"):
            book.invoice("F-2", split_payment=True)

    def test_may_be_dated_ahead_and_is_owed_from_then(self, book: Book) -> None:
        book.invoice(ago=-5, due=-30)

        assert (book.balance().open_minor, book.balance(-5).open_minor) == (0, 10_000)

    @pytest.mark.parametrize(
        ("fault", "field"),
        [
            ({"parts": ((10, 5_000), (5, 4_000))}, "instalments"),
            ({"parts": ((10, 10_000),)}, "instalments"),
            ({"tax_minor": 10_001}, "tax"),
            ({"tax_minor": -1}, "tax"),
            ({"kind": "cost_note", "minor": -5}, "gross"),
        ],
    )
    def test_that_does_not_agree_with_itself_is_refused(
        self, book: Book, fault: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            book.invoice(**fault)

        assert refused.value.field == field
        assert worlds.row_counts(book.store)["books"] == 0


class TestCorrecting:
    def new(self, book: Book, minor: int) -> NewInvoice:
        return NewInvoice(book.customer_id, "F-1/B", ago_on(60), ago_on(30), euro(minor))

    def correct(self, book: Book, key: InvoiceId, minor: int) -> Any:
        return book.do(
            operations.correct_invoice, invoice_id=key, credit_number="NC-1",
            replacement=self.new(book, minor), corrected_on=ago_on(4), reason="wrong price",
        )  # fmt: skip

    def test_is_a_credit_note_and_a_new_invoice_and_the_money_moves_over(self, book: Book) -> None:
        key = book.invoice()
        book.pay("P-1", 9_000)

        done = self.correct(book, key, 8_000)

        assert (book.open(key), book.open(done.invoice_id), done.moved_minor) == (0, 0, 8_000)
        assert (book.balance().net_minor, book.balance().unapplied_minor) == (-1_000, 1_000)
        assert worlds.actions(book.store, book.client_id)[-1] == "invoice.corrected"
        with book.store.read(CENTRE_CALLER) as session:
            books = session.execute(select(func.count()).select_from(model.Book)).scalar_one()
        assert books == 3

    def test_credits_the_vat_and_keeps_what_was_given_up(self, book: Book) -> None:
        key = book.invoice(tax_minor=1_803, segment="north")
        given_up = {"charge": operations.Charge.INTEREST, "through_on": ago_on(5)}
        why = {"waived_by": "Anna Bianchi", "reason": "our mistake"}
        book.do(operations.waive, invoice_id=key, **given_up, **why)

        done = self.correct(book, key, 8_000)

        with book.store.read(CENTRE_CALLER) as session:
            table = model.LedgerEntry
            found = session.execute(select(table.tax_minor, table.segment)).all()
        assert [tuple(row) for row in found] == [(1_803, "north")]
        (still,) = book.ask(queries.waivers_of, invoice_ids=[done.invoice_id])
        assert (still.charge, still.through_on, still.waived_by, still.reason) == (
            "interest", ago_on(5), "Anna Bianchi", "our mistake",
        )  # fmt: skip

    def test_is_never_dated_ahead_nor_of_another_currency(self, book: Book) -> None:
        key = book.invoice()
        book.pay("P-1", 9_000)
        ahead = structs.replace(self.new(book, 8_000), invoiced_on=ago_on(-30), due_on=None)
        other = structs.replace(self.new(book, 8_000), gross=Money(8_000, "USD"))

        for replacement, field in ((ahead, "invoiced_on"), (other, "currency")):
            with pytest.raises(Invalid) as refused:
                book.do(
                    operations.correct_invoice, invoice_id=key, credit_number="NC-1",
                    replacement=replacement, corrected_on=ago_on(4), reason="wrong price",
                )  # fmt: skip
            assert refused.value.field == f"replacement.{field}"
        assert book.balance().unapplied_minor == 0

    @pytest.mark.parametrize(
        ("credit_number", "number", "field"),
        [("NC-1", "F-1", "replacement.number"), ("NC-0", "F-1/B", "credit_number")],
    )
    def test_points_to_the_number_that_is_taken(
        self, book: Book, credit_number: str, number: str, field: str
    ) -> None:
        key = book.invoice()
        taken = NewCredit(book.customer_id, "NC-0", ago_on(9), euro(1))
        book.do(operations.record_credit_note, credit=taken)

        with pytest.raises(NumberTaken) as refused:
            book.do(
                operations.correct_invoice, invoice_id=key, credit_number=credit_number,
                replacement=structs.replace(self.new(book, 8_000), number=number),
                corrected_on=ago_on(4), reason="wrong price",
            )  # fmt: skip
        assert refused.value.field == field

    def test_is_left_to_hands_where_part_was_written_off(self, book: Book) -> None:
        key = book.invoice()
        book.do(
            operations.write_off, invoice_id=key, reason="r", written_on=ago_on(9), amount=euro(1)
        )

        with pytest.raises(NotCorrectable):
            self.correct(book, key, 8_000)
        assert book.open(key) == 9_999
