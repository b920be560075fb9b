"""A statement of account to be written as paper, and what is read in it."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pypdf

from carecredit.kernel.ids import CustomerId
from carecredit.metrics.numerals import Language
from carecredit.papers.statement import statement_html, statement_pdf
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
