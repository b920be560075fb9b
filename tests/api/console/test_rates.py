"""Several currencies as one on the page of finance, by rates that are named and chosen."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import servers
import worlds
from carecredit.receivables.operations import open_book, store_rates
from centre import opened

AS_OF = "client=ACQ&as_of=2026-05-31"
OPEN = re.compile(r"<tfoot>.*?</tfoot>", re.DOTALL)


def state(centre: Any, name: str, currency: str, into: str, *days: tuple[date, int]) -> None:
    with centre.store.begin(worlds.CENTRE_CALLER) as session:
        book_id = open_book(session, client_id=centre.ours.id, now=worlds.NOW)
        pair = {"rate_set": name, "currency": currency, "into": into, "source": None}
        of = {"client_id": centre.ours.id, "book_id": book_id, "recorded_at": worlds.NOW}
        rows = [pair | of | {"day": day, "rate_billionths": rate} for day, rate in days]
        store_rates(session, rows=rows)


@pytest.fixture(scope="module")
def mixed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A book in euro and dollars, with rates that reach back and others that do not."""
    folder = tmp_path_factory.mktemp("rates")
    with opened(servers.copy_database(sqlite_template, folder / "carecredit.db"), folder) as made:
        owed = {"gross_minor": 20_000, "invoiced_on": date(2026, 4, 10)}
        for number, currency in (("F-8", "EUR"), ("F-9", "USD")):
            customer = made.ours.customer_id
            worlds.add_invoice(
                made.store, made.ours.id, customer, number, currency=currency, **owed
            )
        first, last = date(2020, 1, 1), date(2026, 5, 29)
        state(made, "BCE", "USD", "EUR", (first, 900_000_000), (last, 800_000_000))
        state(made, "BCE", "EUR", "USD", (first, 1_100_000_000))
        state(made, "late", "USD", "EUR", (last, 800_000_000))
        yield made


def page(centre: Any, path: str) -> str:
    answer = centre.get(path, key="finance", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def look(centre: Any, path: str) -> str:
    return unescape(page(centre, path))


def choices(html: str, name: str) -> list[str]:
    select = html.partition(f'<select name="{name}">')[2].partition("</select>")[0]
    return re.findall(r"<option[^>]*>([^<]*)</option>", select)


class TestThePageOfFinance:
    @pytest.mark.parametrize(
        ("language", "words"),
        [("it", ("Converti con", "nessun cambio")), ("en", ("Convert by", "no rates"))],
    )
    def test_offers_the_rate_sets_there_are(
        self, mixed: Any, language: str, words: tuple[str, str]
    ) -> None:
        html = look(mixed, f"/finance?{AS_OF}&lang={language}")

        assert words[0] in html
        assert choices(html, "rate_set") == [words[1], "BCE", "late"]
        assert choices(html, "currency") == ["EUR", "USD"]

    @pytest.mark.parametrize(
        ("asked", "total", "said"),
        [
            ("", "€200.00", "never added to them"),
            ("&rate_set=BCE", "€360.00", "converted into EUR by the rates “BCE”"),
            ("&rate_set=BCE&currency=USD", "US$420.00", "converted into USD by the rates “BCE”"),
        ],
    )
    def test_shows_all_in_the_currency_that_is_chosen(
        self, mixed: Any, asked: str, total: str, said: str
    ) -> None:
        html = look(mixed, f"/finance?{AS_OF}&lang=en{asked}")

        (foot,) = OPEN.findall(html)
        assert total in foot
        assert said in html

    def test_says_it_in_italian_too(self, mixed: Any) -> None:
        html = look(mixed, f"/finance?{AS_OF}&lang=it&rate_set=BCE")

        assert "convertite in EUR con i cambi «BCE»" in html

    def test_leads_on_with_the_same_rates(self, mixed: Any) -> None:
        html = page(mixed, f"/finance?{AS_OF}&lang=en&rate_set=BCE&currency=EUR")
        links = [unescape(each) for each in re.findall(r'href="(/finance/[^"]+)"', html)]

        parts = next(each for each in links if "metric=receivables.open" in each)
        series = next(each for each in links if "series" in each and "format=csv" in each)
        month = next(each for each in links if "/finance/month" in each)
        assert "1 USD = 0.800000000 of 2026-05-29" in look(mixed, parts)
        assert "ALL,EUR,2026-05-31,,360.00," in look(mixed, series)
        assert "rate_set" not in month
        file = mixed.get(series, key="finance").headers["content-disposition"]
        assert "series-2026-05-31-EUR-converted.csv" in file

    def test_converts_nothing_where_rates_are_missing_and_says_so(self, mixed: Any) -> None:
        html = look(mixed, f"/finance?{AS_OF}&lang=en&rate_set=late")

        assert "The rates “late” do not reach back as far as this page" in html
        assert "€200.00" in OPEN.findall(html)[0]
        assert "rate_set=late" not in html

    def test_refuses_rates_that_nobody_knows(self, mixed: Any) -> None:
        answer = mixed.get(f"/finance?{AS_OF}&rate_set=house", key="finance")

        assert answer.status_code == 422

    def test_offers_none_where_there_is_one_currency(self, mixed: Any) -> None:
        before = look(mixed, f"/finance?{AS_OF}&known_at=2020-01-01")

        assert "rate_set" not in before


class TestTheMonthsPage:
    def test_converts_nothing_and_does_not_pretend_to(self, mixed: Any) -> None:
        answer = mixed.get(f"/finance/month?month=2026-05&{AS_OF}&rate_set=BCE", key="finance")

        assert answer.status_code == 400
