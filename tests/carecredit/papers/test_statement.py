"""A statement on paper: gentle words, every amount, real text, nothing fetched, names as names."""

import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pypdf
import pytest
from msgspec.structs import replace

from carecredit.kernel.ids import CustomerId
from carecredit.metrics.numerals import LANGUAGES, Language
from carecredit.papers.paying import epc_text
from carecredit.papers.statement import statement_html, statement_page, statement_pdf
from carecredit.papers.statement_json import statement_json
from carecredit.papers.words import words
from carecredit.receivables.views import (
    Statement,
    StatementAccount,
    StatementItem,
    StatementMovement,
    StatementShare,
    WayToPay,
)

NOW = datetime(2026, 6, 8, 7, 0, 1, 234_567, tzinfo=UTC)
"""As a real clock has it, with its microseconds."""
AS_OF = date(2026, 6, 8)
IBAN = "IT60X0542811101000000123456"
HOSTILE = "<script>alert(1)</script> & #evil[$x$] *bold* \\ \"'"
FRIGHTENING = (
    "debit", "insolut", "moros", "sollecit", "diffid", "legal", "immediat", "ultimo avviso",
    "urgen", "obblig", "recuper", "inadempi",
    "debtor", "overdue", "delinq", "demand", "final notice", "urgent", "must", "fail", "default",
)  # fmt: skip


def item(number: str = "F-1", minor: int = 12_000, **cells: Any) -> StatementItem:
    facts = {
        "number": number, "kind": "invoice", "invoiced_on": date(2026, 4, 1),
        "due_on": date(2026, 5, 1), "position": None, "positions": 1, "gross_minor": minor,
        "open_minor": minor, "disputed_minor": 0, "days_past_due": 38,
    }  # fmt: skip
    return StatementItem(**facts | cells)


def movement(minor: int = 5_000, **cells: Any) -> StatementMovement:
    facts = {
        "kind": "payment", "number": "P-1", "effective_on": date(2026, 5, 10),
        "amount_minor": minor, "applied": (StatementShare("F-9", minor),), "unapplied_minor": 0,
    }  # fmt: skip
    return StatementMovement(**facts | cells)


def account(**cells: Any) -> StatementAccount:
    facts = {
        "currency": "EUR", "open_minor": 12_000, "past_due_minor": 12_000, "upcoming_minor": 0,
        "disputed_minor": 0, "unapplied_minor": 0, "balance_minor": 12_000, "asked_minor": 12_000,
        "items": (item(),), "movements": (movement(),), "loose": (),
    }  # fmt: skip
    return StatementAccount(**facts | cells)


def statement(*accounts: StatementAccount, **cells: Any) -> Statement:
    facts = {
        "client": "Acque del Nord", "client_code": "ACQ", "customer": "Officina Rossi",
        "customer_number": "K-1", "customer_id": CustomerId(UUID(int=1)), "language": "it",
        "zone": "Europe/Rome", "as_of": AS_OF, "known_at": NOW, "since": date(2026, 3, 8),
        "accounts": accounts or (account(),),
        "pay": WayToPay("Acque del Nord", IBAN, "BPMOIT22", "RF09K1", "K-1"),
    }  # fmt: skip
    return Statement(**facts | cells)


NOTHING = account(
    open_minor=0, past_due_minor=0, balance_minor=-3_000, unapplied_minor=3_000, asked_minor=0,
    items=(), movements=(),
    loose=(movement(3_000, applied=(), unapplied_minor=3_000, effective_on=date(2026, 1, 9)),),
)  # fmt: skip
MANY = account(
    open_minor=30_000, past_due_minor=5_000, upcoming_minor=5_000, disputed_minor=20_000,
    unapplied_minor=1_000, balance_minor=29_000, asked_minor=4_000,
    items=(
        item("F-1", 5_000), item("F-2", 18_000, disputed_minor=18_000),
        item("F-3", 7_000, disputed_minor=2_000, position=2, positions=3, days_past_due=0,
             due_on=AS_OF),
    ),
    movements=(movement(6_000, unapplied_minor=1_000),),
)  # fmt: skip


class Reader(HTMLParser):
    """Reads a page: its texts, its tags with their attributes, what it would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.texts).split())


def read(found: Statement, language: Language = "it") -> Reader:
    return Reader(statement_html(found, language=language))


def pdf(found: Statement, language: Language = "it") -> pypdf.PdfReader:
    return pypdf.PdfReader(
        io.BytesIO(statement_pdf(found, language=language, made_at=NOW)), strict=False
    )


def said_in(reader: pypdf.PdfReader) -> str:
    return " ".join("\n".join(page.extract_text() for page in reader.pages).split())


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
