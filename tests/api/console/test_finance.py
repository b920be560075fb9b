"""Finance in the console, through the real door: numbers that lead to their parts, for who may."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import servers
import worlds
from carecredit.kernel.money import Money
from carecredit.receivables.operations import record_invoice
from carecredit.receivables.operations.documents import NewInvoice
from centre import opened

HTML = {"Accept": "text/html"}
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}"
JULY = "as_of=2026-07-31"
LINK = re.compile(r'href="([^"]+)"')


@pytest.fixture(scope="module")
def calm(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One centre for all that only reads: two segments, one of them with a hostile name."""
    folder = tmp_path_factory.mktemp("finance")
    with opened(servers.copy_database(sqlite_template, folder / "carecredit.db"), folder) as made:
        for segment, minor in (("north", 30_000), (HOSTILE, 5_000)):
            customer = worlds.add_customer(
                made.store, made.ours.id, phone=f"+39061234{minor:04}"[:13], name=HOSTILE
            )
            invoice = NewInvoice(
                customer_id=customer,
                number=f"F-{minor}",
                invoiced_on=date(2026, 6, 2),
                due_on=date(2026, 7, 2),
                gross=Money(minor, "EUR"),
                segment=segment,
            )
            with made.store.begin(worlds.CENTRE_CALLER) as session:
                record_invoice(session, client_id=made.ours.id, invoice=invoice, now=worlds.NOW)
        yield made


def look(centre: Any, path: str, key: str = "finance") -> Any:
    return centre.get(path, key=key, headers=HTML)


def links(html: str, start: str) -> list[str]:
    return [unescape(each) for each in LINK.findall(html) if each.startswith(start)]


class TestTheFinancePage:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("it", ("Incassi e crediti", "Miglior DSO", "Per segmento", "In contestazione")),
            ("en", ("Cash and receivables", "Best DSO", "By segment", "In dispute")),
        ],
    )
    def test_shows_six_tiles_charts_and_segments(
        self, calm: Any, language: str, words: tuple[str, ...]
    ) -> None:
        answer = look(calm, f"/finance?{JULY}&lang={language}")

        assert answer.status_code == 200
        assert all(word in answer.text for word in words)
        assert answer.text.count('class="card tile"') == 6
        assert f'<html lang="{language}"' in answer.text

    def test_asks_for_no_script_and_is_kept_nowhere(self, calm: Any) -> None:
        answer = look(calm, f"/finance?{JULY}&theme=dark")

        assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script" not in answer.text
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", answer.text)

    def test_escapes_what_people_have_named(self, calm: Any) -> None:
        answer = look(calm, f"/finance?{JULY}")

        assert "alert(1)&lt;/script&gt;" in answer.text
        assert "49" not in unescape(answer.text).partition("alert(1)")[2][:40]

    def test_leads_from_every_number_to_its_parts(self, calm: Any) -> None:
        html = look(calm, f"/finance?{JULY}").text

        paths = links(html, "/finance/parts?")
        answers = [look(calm, path) for path in {path.split("&lang")[0] for path in paths}]
        # Six tiles, two numbers of 25 months, five of 13 months, five of three rows.
        assert len(paths) == 6 + 2 * 25 + 5 * 13 + 5 * 3
        assert {answer.status_code for answer in answers[:40]} == {200}

    def test_says_why_a_number_is_not_there(self, calm: Any) -> None:
        html = look(calm, "/finance?as_of=2020-01-31&lang=en").text

        assert "there are no sales in the period" in html
        assert "<b>–</b>" in html

    def test_is_of_the_end_of_the_last_month_unless_asked(self, calm: Any) -> None:
        html = look(calm, "/finance?lang=en&as_of=&known_at=&segment=&currency=").text

        assert "At the end of 31 May 2026" in html

    def test_is_narrowed_to_a_segment_and_still_shows_the_total(self, calm: Any) -> None:
        html = look(calm, f"/finance?{JULY}&segment=north&lang=en").text

        tile = html.partition('id="tile-past_due"')[2].partition("</article>")[0]
        total = html.partition("<tfoot>")[2].partition("</tfoot>")[0]
        assert "<b>€300.00</b>" in tile
        assert "€470.00" in total

    def test_counts_what_was_known_then(self, calm: Any) -> None:
        html = look(calm, f"/finance?{JULY}&known_at=2026-06-01&lang=en").text

        assert "as known on 1 Jun 2026, 23:59" in html
        assert "€470.00" not in html

    @pytest.mark.parametrize(
        "query", ["segment=mars", "currency=ABC", "currency=USD", "as_of=soon", "offset=1"]
    )
    def test_that_cannot_be_is_a_page_with_the_way_back(self, calm: Any, query: str) -> None:
        answer = look(calm, f"/finance?{query}")

        assert answer.status_code in {400, 422}
        assert 'href="/"' in answer.text

    def test_is_for_who_may_read_metrics(self, calm: Any) -> None:
        statuses = {
            path: look(calm, path, key="operator").status_code
            for path in (
                "/finance", "/finance/parts?metric=cei.p1m", "/finance/series",
                "/finance/parts/file?metric=cei.p1m", "/finance/month?month=2026-05",
                "/finance/definitions",
            )
        }  # fmt: skip

        assert set(statuses.values()) == {403}

    def test_sends_a_stranger_to_sign_in(self, centre: Any) -> None:
        answer = centre.http.get("/finance", headers=HTML, follow_redirects=False)

        assert answer.headers["location"] == "/sign-in?next=%2Ffinance"

    def test_of_another_company_is_not_found(self, calm: Any) -> None:
        assert look(calm, "/finance?client=NRD").status_code == 404


class TestTheParts:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("it", ("DSO, 3 mesi: da cosa è composto", "Fattura", "ancora da incassare")),
            ("en", ("DSO, 3 months: what it is made of", "Invoice", "still to come in")),
        ],
    )
    def test_show_documents_and_a_total_that_ties(
        self, calm: Any, language: str, words: tuple[str, ...]
    ) -> None:
        html = look(calm, f"/finance/parts?metric=dso.simple.p3m&{JULY}&lang={language}").text

        assert all(word in html for word in words)
        assert ("saldo / vendite x giorni" if language == "it" else "net / sales x days") in html
        assert html.count("<tfoot>") == 1
        assert "470" in html.partition("<tfoot>")[2]
        assert "chip-ok" in html.partition("<tfoot>")[2]

    def test_lead_to_the_denominator_the_statements_and_back(self, calm: Any) -> None:
        html = look(calm, f"/finance/parts?metric=dso.simple.p3m&{JULY}&segment=north").text

        (sales,) = {path for path in links(html, "/finance/parts?") if "sales.p3m" in path}
        page, paper = links(html, "/statements/")
        (back,) = links(html, "/finance?")
        assert look(calm, sales).status_code == 200
        assert look(calm, page).text.startswith("<!doctype html>")
        assert look(calm, paper).content.startswith(b"%PDF")
        assert "segment=north" in back

    def test_are_turned_a_page_at_a_time(self, calm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("carecredit_api.finance_pages.PAGE", 2)
        path = f"/finance/parts?metric=receivables.open&{JULY}&lang=en"

        first = look(calm, path).text
        (after,) = [link for link in links(first, "/finance/parts?") if "offset=2" in link]
        second = look(calm, after).text

        assert "On this page: 1–2 of 3" in first
        assert "On this page: 3–3 of 3" in second
        assert "All together: 3" in second

    def test_of_people_are_counted_and_none_says_so(self, calm: Any) -> None:
        html = look(calm, f"/finance/parts?metric=churn.customer.p1m&{JULY}&lang=en").text

        assert "Nothing is added up here" in html

    def test_come_as_files(self, calm: Any) -> None:
        path = f"/finance/parts/file?metric=receivables.open&{JULY}"

        text, book = look(calm, f"{path}&format=csv"), look(calm, f"{path}&format=xlsx")

        assert len(text.text.splitlines()) == 4
        assert book.content.startswith(b"PK")
        assert "attachment" in book.headers["content-disposition"]

    def test_of_no_such_number_are_refused_as_a_page(self, calm: Any) -> None:
        assert look(calm, "/finance/parts?metric=none").status_code == 422

    def test_of_no_such_number_say_which_there_are(self, calm: Any) -> None:
        html = look(calm, f"/finance/parts?metric=none&{JULY}&lang=it").text

        assert "Ci sono queste" in html
        there = f"/finance/parts?{JULY}&lang=it&metric=dso.simple.p3m"
        assert there in links(html, "/finance/parts")
        assert look(calm, there).status_code == 200


class TestPapersAndFiles:
    def test_of_the_page_are_there(self, calm: Any) -> None:
        html = look(calm, f"/finance?{JULY}").text
        paths = [path for path in links(html, "/finance/") if not path.startswith("/finance/parts")]

        # The clock of the centre stands in June: its July has not begun.
        answers = {path: look(calm, path.replace("2026-07&", "2026-06&")) for path in paths}

        assert {answer.status_code for answer in answers.values()} == {200}
        assert {answer.content[:4] for answer in answers.values()} >= {
            b"%PDF",
            b"<!do",
            b"PK\x03\x04",
        }

    def test_of_a_customer_are_for_operators_too(self, calm: Any) -> None:
        path = f"/statements/{calm.ours.customer_id}?client=ACQ"

        assert look(calm, path, key="operator").status_code == 200
        assert look(calm, f"/statements/{calm.theirs.customer_id}").status_code == 404

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("it", ("DSO migliore possibile, 3 mesi", "Il DSO se tutti pagassero alla scadenza")),
            ("en", ("Best possible DSO, 3 months", "DSO if everybody paid on the due date")),
        ],
    )
    def test_define_every_number(self, calm: Any, language: str, words: tuple[str, str]) -> None:
        html = look(calm, f"/finance/definitions?lang={language}").text

        assert 'id="dso.countback.month"' in html
        assert ("Giorni di calendario del periodo." in html) == (language == "it")
        assert ("Calendar days of the window." in html) == (language == "en")
        assert all(each in html for each in words)


class TestTheWayThere:
    def test_is_in_the_navigation_of_who_has_the_right(self, calm: Any) -> None:
        seen = {key: look(calm, "/", key=key).text for key in ("finance", "operator")}

        assert links(seen["finance"], "/finance")
        assert not links(seen["operator"], "/finance")

    def test_leads_an_operator_from_a_person_to_the_statement(self, calm: Any) -> None:
        html = look(calm, "/", key="operator").text

        (path,) = links(html, "/statements/")
        assert look(calm, path, key="operator").status_code == 200


class TestAnEmptyBook:
    def test_is_a_page_of_reasons_and_no_numbers(self, centre: Any) -> None:
        worlds.found_client(centre.store, "NEW")

        answer = centre.get("/finance?client=NEW&lang=en", key="admin", headers=HTML)

        assert answer.status_code == 200
        assert "there are no sales in the period" in answer.text
        assert "How long customers stay" not in answer.text
        assert 'class="chart chart-' not in answer.text
