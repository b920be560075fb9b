"""A statement on paper: gentle words, every amount, real text, nothing fetched, names as names."""

import io
import json
import re
from datetime import date
from typing import Any

import pypdf
import pytest
from msgspec.structs import replace

from carecredit.kernel.banking import in_fours
from carecredit.metrics.numerals import LANGUAGES, Language
from carecredit.papers.paying import epc_text
from carecredit.papers.statement import statement_html, statement_page, statement_pdf
from carecredit.papers.statement_json import statement_json
from carecredit.papers.words import words
from carecredit.receivables.views import (
    Statement,
    WayToPay,
)
from statements import (
    AS_OF,
    FRIGHTENING,
    HOSTILE,
    IBAN,
    MANY,
    NOTHING,
    NOW,
    Reader,
    account,
    item,
    pdf,
    read,
    said_in,
    statement,
)


class TestTheWords:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_never_frighten(self, language: Language) -> None:
        told = [text for key, text in words(language).items() if not key.startswith("month.")]
        low = " ".join(told).lower()

        assert [stem for stem in FRIGHTENING if re.search(rf"\b{stem}", low)] == []
        assert "!" not in low
        assert not re.search(r"\b[A-Z]{5,}\b", " ".join(told))

    def test_are_the_same_in_both_languages(self) -> None:
        italian, english = (words(language) for language in LANGUAGES)

        assert italian.keys() == english.keys()
        for key in italian:
            assert _places(italian[key]) == _places(english[key]), key

    def test_are_easy_to_read_in_italian(self) -> None:
        told = [
            text for key, text in words("it").items()
            if key.startswith("statement.") and text.endswith(".")
        ]  # fmt: skip
        text = re.sub(r"\{\w+\}", "cento euro", " ".join(told))

        sentences = len(re.findall(r"[.:;?]", text))
        letters, count = len(re.findall(r"\w", text)), len(text.split())
        gulpease = 89 + (300 * sentences - 10 * letters) / count
        assert gulpease >= 60

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_are_all_used_with_what_they_name(self, language: Language) -> None:
        for accounts in ((MANY,), (NOTHING,), (account(), account(currency="CHF"))):
            page = json.dumps(statement_page(statement(*accounts), language=language))

            assert not re.findall(r"\{(?!page|pages)[a-z]+\}", page)


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


class TestThePage:
    def test_says_first_what_it_is_and_for_whom(self) -> None:
        said = read(statement()).said

        assert "Per Officina Rossi, cliente K-1" in said
        assert "alla fine del 8 giugno 2026" in said
        assert "Se ha già pagato, grazie" in said
        assert "parliamone" in said

    def test_shows_every_amount_apart(self) -> None:
        said = read(statement(MANY)).said

        for amount in ("300,00 €", "50,00 €", "200,00 €", "10,00 €", "290,00 €", "40,00 €"):
            assert amount in said.replace("\xa0", " ")
        assert "in verifica: non Le chiediamo nulla" in said
        assert "rata 2 di 3" in said

    def test_says_that_nothing_is_to_pay_and_what_is_in_favour(self) -> None:
        said = read(statement(NOTHING)).said.replace("\xa0", " ")

        assert "Non risulta nulla da pagare. Grazie." in said
        assert "Il saldo è a Suo favore per 30,00 €" in said
        assert "Pagamento P-1 del 09/01/2026, 30,00 €" in said

    def test_fetches_nothing_and_runs_nothing(self) -> None:
        html = statement_html(statement(), language="it")
        page = Reader(html)

        assert {tag for tag, _ in page.tags} & {
            "script",
            "link",
            "img",
            "iframe",
            "object",
        } == set()
        assert not [
            name for _, cells in page.tags for name in cells if name in {"src", "href", "style"}
        ]
        style = html.partition("<style>")[2].partition("</style>")[0]
        assert all(it.startswith("data:") for it in re.findall(r"url\(([^)]*)", style))

    def test_can_be_read_aloud(self) -> None:
        page = read(statement(), "en")
        tags = [tag for tag, _ in page.tags]

        assert page.tags[0] == ("html", {"lang": "en"})
        assert tags.count("h1") == tags.count("title") - 1 == 1  # the drawing has a title, too
        heads = [cells for tag, cells in page.tags if tag == "th"]
        assert heads
        assert all(cells.get("scope") for cells in heads)

    def test_takes_names_as_names(self) -> None:
        found = statement(customer=HOSTILE, client=HOSTILE)

        page = read(found)

        assert HOSTILE.split(" &", maxsplit=1)[0] in page.said
        assert "script" not in {tag for tag, _ in page.tags}

    def test_keeps_currencies_apart(self) -> None:
        said = read(statement(account(), account(currency="CHF", open_minor=999))).said

        assert "Conto in EUR" in said
        assert "Conto in CHF" in said

    def test_without_an_account_says_to_ask(self) -> None:
        said = read(statement(pay=None)).said

        assert "ci chieda pure" in said


class TestHowToPay:
    """An account is shown for the currencies that it takes."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_told_apart_for_each_currency(self, language: Language) -> None:
        found = statement(account(), account(currency="USD", asked_minor=999))
        euro, dollars = statement_page(found, language=language)["pay"]

        assert (euro["heading"][-3:], dollars["heading"][-3:]) == ("EUR", "USD")
        assert (len(euro["rows"]), euro["absent"]) == (5, "")
        assert euro["qr"] is not None
        assert (dollars["rows"], dollars["qr"]) == ([], None)
        assert "9" in dollars["absent"]
        assert read(found).said.count(in_fours(IBAN)) == 1
        assert "USD" in said_in(pdf(found, language))

    def test_is_without_a_code_in_another_currency_of_the_account(self) -> None:
        both = WayToPay("Acque", IBAN, None, None, "K-1", ("CHF", "EUR"))
        (francs,) = statement_page(statement(account(currency="CHF"), pay=both), language="en")[
            "pay"
        ]

        assert (francs["heading"], francs["qr"], francs["absent"]) == ("How to pay", None, "")
        assert francs["rows"][-1][1].startswith("CHF")

    def test_has_no_code_where_the_account_takes_no_euro(self) -> None:
        theirs = WayToPay("Acque", IBAN, None, None, "K-1", ("SAR",))

        assert epc_text(statement(pay=theirs)) is None


class TestTheCode:
    def test_asks_for_what_may_be_paid_now(self) -> None:
        told = (epc_text(statement(MANY)) or "").split("\n")

        assert (told[5], told[6], told[7], told[9]) == (
            "Acque del Nord", IBAN, "EUR40.00", "RF09K1",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "found",
        [
            statement(NOTHING),
            statement(pay=None),
            statement(account(currency="CHF")),
            statement(pay=WayToPay("x" * 71, IBAN, None, None, "K-1")),
        ],
        ids=["nothing to pay", "no account", "no euro", "a payee too long"],
    )
    def test_is_left_out_where_it_cannot_be(self, found: Statement) -> None:
        assert epc_text(found) is None
        assert "data:image" not in statement_html(found, language="it")
        assert statement_pdf(found, language="it", made_at=NOW).startswith(b"%PDF")

    def test_says_the_number_where_there_is_no_reference(self) -> None:
        found = statement(pay=WayToPay("Acque", IBAN, None, None, "K#1"))

        assert (epc_text(found) or "").endswith("\n\n\nK#1")
        assert "Causale" in read(found).said


class TestThePdf:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_real_text_a_title_and_a_language(self, language: Language) -> None:
        reader = pdf(statement(MANY), language)

        said = said_in(reader)
        assert "F-2" in said
        assert ("300,00" if language == "it" else "300.00") in said
        assert reader.metadata is not None
        assert reader.metadata.title == words(language)["statement.of"].format(
            customer="Officina Rossi"
        )
        root: Any = reader.trailer["/Root"]
        assert str(root["/Lang"]).startswith(language)

    def test_is_tagged_and_archival(self) -> None:
        body = statement_pdf(statement(), language="it", made_at=NOW)
        root: Any = pypdf.PdfReader(io.BytesIO(body)).trailer["/Root"]

        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert re.search(rb"pdfaid:part>2<", body)
        assert re.search(rb"pdfuaid:part>1<", body)

    def test_is_the_same_file_for_the_same_statement(self) -> None:
        first, second = (statement_pdf(statement(), language="it", made_at=NOW) for _ in "12")

        assert first == second

    def test_takes_names_as_names(self) -> None:
        said = said_in(pdf(statement(customer=HOSTILE)))

        assert "<script>alert(1)</script> & #evil[$x$] *bold* \\" in said

    def test_is_made_also_of_names_that_its_fonts_do_not_know(self) -> None:
        body = statement_pdf(statement(customer="王小明"), language="it", made_at=NOW)

        assert body.startswith(b"%PDF")

    def test_repeats_the_head_of_a_long_table_on_every_page(self) -> None:
        items = tuple(item(f"F-{number}", 100) for number in range(120))
        reader = pdf(statement(account(items=items)))

        assert len(reader.pages) > 2
        assert all("Da pagare entro" in page.extract_text() for page in reader.pages[:2])
        assert "F-119" in said_in(reader)


class TestTheJson:
    def test_has_amounts_as_text_in_major_units(self) -> None:
        told = json.loads(statement_json(statement(MANY)))

        (euro,) = told["accounts"]
        assert (euro["open"], euro["disputed"], euro["asked"]) == ("300.00", "200.00", "40.00")
        assert euro["items"][2]["instalment"] == 2
        assert told["pay"]["epc"].startswith("BCD\n002")

    def test_keeps_the_decimals_of_a_currency(self) -> None:
        told = json.loads(statement_json(statement(account(currency="JPY"))))

        assert told["accounts"][0]["open"] == "12000"


def test_a_statement_of_today_does_not_say_days_ago() -> None:
    today = item(due_on=AS_OF, days_past_due=0)
    yesterday = replace(today, due_on=date(2026, 6, 7), days_past_due=1)

    page = statement_page(statement(account(items=(today, yesterday))), language="en")

    rows = page["accounts"][0]["items"]["rows"]
    assert [row["when"] for row in rows] == ["today", "1 day ago"]
