"""The month's page says what the numbers say, ties to the cent, and owns what is undefined."""

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pypdf
import pytest

from carecredit.kernel.errors import Invalid
from carecredit.metrics.numerals import LANGUAGES, Language
from carecredit.metrics.rules.dates import parse_span
from carecredit.metrics.rules.measure import Unit
from carecredit.papers.facade import parse_month
from carecredit.papers.month import month_html, month_page, month_pdf
from carecredit.papers.month_facts import MonthFacts, month_facts
from carecredit.papers.month_findings import month_findings
from carecredit.store.session import Store
from ledgers import CALLER, Ledger, start_of

NOW = datetime(2025, 3, 10, 9, tzinfo=UTC)
MONTH = "2025-02"


def ledger() -> Ledger:
    """Fourteen months: bills of 1,000.00, the first ones paid late, the later ones sooner."""
    book = Ledger()
    for index in range(14):
        year, month = divmod(2024 * 12 + index, 12)
        invoice = book.invoice(100_000, date(year, month + 1, 5), date(year, month + 1, 25))
        late = 40 if index < 7 else 15
        paid = date.fromordinal(date(year, month + 1, 5).toordinal() + late)
        if paid < date(2025, 2, 28):
            book.payment(100_000, paid, to=invoice)
    return book


def facts(store: Store, book: Ledger, month: str = MONTH, **asked: Any) -> MonthFacts:
    client_id = book.write(store)
    with store.read(CALLER) as session:
        return month_facts(
            session, client_id=client_id, month=parse_span(month), now=asked.pop("now", NOW),
            **asked,
        )  # fmt: skip


def cents(text: str) -> int:
    """Read an Italian amount back."""
    sign = -1 if text.startswith("−") else 1
    return sign * int(re.sub(r"\D", "", text))


class TestTheFacts:
    def test_are_of_two_years_of_month_ends(self, store: Store) -> None:
        found = facts(store, ledger())

        assert len(found.days) == 25
        assert (found.days[0], found.days[-2], found.days[-1]) == (
            date(2023, 2, 28), date(2025, 1, 31), date(2025, 2, 28),
        )  # fmt: skip

    def test_count_the_money_of_the_month_less_what_went_back(self, store: Store) -> None:
        book = ledger()
        payment = book.payment(7_000, date(2025, 2, 10))
        book.entry("refund", 2_000, date(2025, 2, 11))
        book.entry("credit_note", 9_900, date(2025, 2, 12))
        del payment

        found = facts(store, book)

        assert found.money().value == 100_000 + 7_000 - 2_000
        assert found.money().unit is Unit.MONEY

    def test_of_a_month_that_is_not_over_are_those_of_its_days_so_far(self, store: Store) -> None:
        found = facts(store, ledger(), "2025-03")

        assert found.days[-2:] == (date(2025, 2, 28), date(2025, 3, 10))

    def test_of_a_month_to_come_are_refused(self, store: Store) -> None:
        with pytest.raises(Invalid) as refused:
            facts(store, ledger(), "2025-04")

        assert refused.value.field == "month"

    def test_are_as_known_at_an_earlier_day(self, store: Store) -> None:
        book = ledger()
        book.payment(50_000, date(2025, 2, 20), recorded=start_of(date(2025, 3, 5)))

        then, now = (facts(store, book, known_at=at) for at in (date(2025, 3, 1), None))

        assert (now.money().value or 0) - (then.money().value or 0) == 50_000

    def test_are_of_one_currency_and_name_the_others(self, store: Store) -> None:
        book = ledger()
        book.invoice(999, date(2025, 2, 1), currency="CHF")

        own, asked = facts(store, book), facts(store, book, currency="CHF")

        assert (own.currency, own.other_currencies) == ("EUR", ("CHF",))
        assert asked.at("receivables.open").value == 999
        assert "CHF" in " ".join(month_page(own, language="it")["notes"])


class TestTheFinding:
    def test_compares_with_a_year_ago(self, store: Store) -> None:
        found = facts(store, ledger())
        dso = {back: found.at("dso.simple.p3m", months_ago=back).value for back in (0, 12)}

        first, *_ = month_findings(found, "en")

        assert dso[0] is not None
        assert dso[12] is not None
        now, then = (round(Decimal(float(dso[back] or 0)), 1) for back in (0, 12))
        assert first == (
            f"Sales wait {now} days to be paid (DSO), {then - now} fewer than a year ago."
        )

    @pytest.mark.parametrize(
        ("language", "netted"),
        [("en", "(net of what went back)"), ("it", "(al netto di quanto è tornato indietro)")],
    )
    def test_calls_what_came_in_net_of_what_went_back(
        self, sqlite_store: Store, language: Language, netted: str
    ) -> None:
        *_, received = month_findings(facts(sqlite_store, ledger()), language)

        assert netted in received

    def test_says_so_where_there_is_nothing_to_compare(self, store: Store) -> None:
        book = Ledger()
        book.invoice(10_000, date(2025, 2, 3))

        first, *_ = month_findings(facts(store, book), "it")

        assert "manca un periodo con cui confrontarlo" in first

    def test_says_why_where_it_cannot_be_worked_out(self, store: Store) -> None:
        book = Ledger()
        book.invoice(10_000, date(2024, 1, 3))

        first, *_ = month_findings(facts(store, book), "en")

        assert first == (
            "How long sales wait to be paid (DSO) cannot be worked out: there are no sales in the "
            "period."
        )

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_an_empty_book_says_that_it_is_empty(
        self, sqlite_store: Store, language: Language
    ) -> None:
        found = facts(sqlite_store, Ledger())

        assert len(month_findings(found, language)) == 1
        assert month_pdf(found, language=language, made_at=NOW).startswith(b"%PDF")
        assert month_html(found, language=language)


class TestTheTable:
    def test_adds_up_to_the_balance_to_the_cent(self, store: Store) -> None:
        book = ledger()
        book.payment(12_345, date(2025, 2, 10))
        book.invoice(33_333, date(2024, 11, 5), date(2024, 11, 20))

        aging = month_page(facts(store, book), language="it")["aging"]

        for column in (1, 2, 3):
            bands = [cents(row[column]) for row in aging["rows"]]
            opened, loose, net = (cents(row[column]) for row in aging["sums"])
            assert sum(bands) == opened
            assert opened + loose == net
        assert cents(aging["sums"][1][3]) == -12_345

    def test_of_changes_shows_a_dash_and_the_reason(self, store: Store) -> None:
        book = Ledger()
        book.invoice(10_000, date(2024, 1, 3))

        rows = {
            row["name"]: row
            for row in month_page(facts(store, book), language="it")["changed"]["rows"]
        }

        assert {"Quota a scadere", "Incassato entro la scadenza, 3 mesi"} <= rows.keys()
        assert rows["DSO, 3 mesi"]["now"] == "–"
        assert rows["DSO, 3 mesi"]["why"] == "non ci sono vendite nel periodo"
        assert rows["DSO, 3 mesi"]["month"] == "–"


class TestPeople:
    def test_are_told_with_n_and_interval_and_a_small_group_flagged(self, store: Store) -> None:
        book = ledger()
        for index in range(10):
            book.customer(date(2024, 1, 1), date(2025, 2, 10) if index == 0 else None, value=5_000)

        people = month_page(facts(store, book), language="en")["people"]

        churn = people["rows"][0]
        assert churn["value"] == "10.0%"
        assert churn["note"].startswith("1 of 10; 95% interval from 1.8% to 40.4%")
        assert "small group" in churn["note"]

    def test_that_are_not_on_record_are_said_to_be_unknown(self, store: Store) -> None:
        people = month_page(facts(store, ledger()), language="en")["people"]

        assert "cannot be worked out" in people["absent"]


class TestThePage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_stands_alone_as_html(self, sqlite_store: Store, language: Language) -> None:
        html = month_html(facts(sqlite_store, ledger()), language=language)

        assert f'<html lang="{language}">' in html
        assert "<script" not in html
        assert not re.findall(r'\s(?:src|href|style)="', html)
        drawings = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
        assert len(drawings) == 2
        assert all(ET.fromstring(drawing).get("aria-label") for drawing in drawings)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_two_sheets_of_real_text_as_pdf(
        self, sqlite_store: Store, language: Language
    ) -> None:
        body = month_pdf(facts(sqlite_store, ledger()), language=language, made_at=NOW)
        reader = pypdf.PdfReader(io.BytesIO(body))

        said = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
        assert len(reader.pages) == 2
        formula = {"en": "net / sales x days", "it": "saldo / vendite x giorni"}[language]
        assert f"dso.simple.p3m = {formula}" in said
        assert re.search(rb"pdfuaid:part>1<", body)

    def test_says_as_of_known_at_and_by_which_definitions(self, sqlite_store: Store) -> None:
        page = month_page(facts(sqlite_store, ledger()), language="en")

        assert "At the end of 28 Feb 2025" in page["footer"]
        assert "up to 10 Mar 2025, 09:00" in page["footer"]
        assert "Definitions version 1" in page["footer"]
        assert {row["source"] for row in page["definitions"]["rows"]}

    @pytest.mark.parametrize(
        ("language", "name", "meaning"),
        [
            ("it", "DSO, 3 mesi", "Quanti giorni di vendite sono ancora da incassare"),
            ("en", "DSO, 3 months", "How many days of sales are still to come in"),
        ],
    )
    def test_says_what_its_numbers_are_in_the_readers_language(
        self, sqlite_store: Store, language: Language, name: str, meaning: str
    ) -> None:
        found = facts(sqlite_store, ledger())
        html = month_html(found, language=language)
        body = month_pdf(found, language=language, made_at=NOW)
        pages = pypdf.PdfReader(io.BytesIO(body)).pages

        said = " ".join(" ".join(page.extract_text() for page in pages).split())
        for paper in (html, said):
            assert name in paper
            assert meaning in paper


class TestTheMonthAskedFor:
    @pytest.mark.parametrize("text", ["2025-02-01", "2025", "2025-13", "feb 25"])
    def test_is_a_month(self, text: str) -> None:
        with pytest.raises(Invalid):
            parse_month(text)
