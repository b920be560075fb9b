"""What the desk hands out on paper and as files: statements, the month's page, tables."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Literal, get_args

from carecredit.customers.queries import UnknownCustomer, ids_by_number
from carecredit.kernel.calendars import DayRange, local_date, zone
from carecredit.kernel.errors import Invalid
from carecredit.mandates.queries import client as client_card
from carecredit.mandates.queries import client_by_code
from carecredit.metrics.numerals import LANGUAGES, Language
from carecredit.metrics.rules.dates import parse_span
from carecredit.metrics.rules.knowledge import known_until
from carecredit.metrics.views import Series
from carecredit.papers import statement as paper
from carecredit.papers.files import TableForm
from carecredit.papers.month import month_html, month_pdf
from carecredit.papers.month_facts import MonthFacts, month_facts
from carecredit.papers.series_file import series_bytes
from carecredit.papers.statement_json import statement_json
from carecredit.receivables.queries import statement as read_statement
from carecredit.receivables.views import Statement
from carecredit.store.session import Caller, Store

StatementForm = Literal["json", "html", "pdf"]


class FormUnknown(Invalid):
    """The file's name does not end as any form that can be written."""

    code = "form_unknown"


class Papers:
    """Papers of a desk; each call is one reading transaction."""

    def __init__(self, store: Store, caller: Caller, now: Callable[[], datetime]) -> None:
        self._store = store
        self._caller = caller
        self._now = now

    def statement(
        self,
        *,
        client: str,
        customer: str,
        as_of: date | None = None,
        since: date | None = None,
        known_at: date | datetime | None = None,
    ) -> Statement:
        """Give a customer's statement of account (today's, unless it says otherwise)."""
        now = self._now()
        with self._store.read(self._caller) as session:
            card = client_by_code(session, code=client)
            at = zone(card.zone)
            ids = ids_by_number(session, client_id=card.id, numbers=[customer])
            if customer not in ids:
                raise UnknownCustomer(f"no customer {customer!r}", field="customer")
            return read_statement(
                session,
                client_id=card.id,
                customer_id=ids[customer],
                as_of=as_of or local_date(now, at),
                since=since,
                known_at=known_until(known_at, at),
                now=now,
            )

    def write_statement(
        self, statement: Statement, file: Path | str, *, language: Language | None = None
    ) -> Path:
        """Write a statement as its file's name ends: .pdf, .html or .json.

        In the customer's language, unless another one is asked for.
        """
        path = Path(file)
        chosen = form_of(path, get_args(StatementForm))
        body = statement_bytes(statement, chosen, language=language, now=self._now())
        path.write_bytes(body)
        return path

    def month(
        self,
        *,
        client: str,
        month: str,
        known_at: date | datetime | None = None,
        currency: str | None = None,
    ) -> MonthFacts:
        """Give what the page of a month (`2026-10`) shows."""
        now = self._now()
        with self._store.read(self._caller) as session:
            return month_facts(
                session,
                client_id=client_by_code(session, code=client).id,
                month=parse_month(month),
                known_at=known_at,
                currency=currency,
                now=now,
            )

    def write_month(
        self, facts: MonthFacts, file: Path | str, *, language: Language | None = None
    ) -> Path:
        """Write a month's page as its file's name ends: .pdf or .html.

        In the client company's language, unless another one is asked for.
        """
        path = Path(file)
        chosen = form_of(path, ("pdf", "html"))
        path.write_bytes(month_bytes(facts, chosen, language=language, now=self._now()))
        return path

    def write_series(self, series: Series, file: Path | str, *, language: Language = "en") -> Path:
        """Write a series as its file's name ends: .csv, .json, .xlsx or .parquet.

        The language is that of the definitions in it; names of columns are the measures' own.
        """
        path = Path(file)
        chosen = table_form(form_of(path, get_args(TableForm)))
        with self._store.read(self._caller) as session:
            card = client_card(session, client_id=series.client_id)
        path.write_bytes(
            series_bytes(series, chosen, client=card, now=self._now(), language=language)
        )
        return path


def month_bytes(facts: MonthFacts, form: str, *, language: Language | None, now: datetime) -> bytes:
    """Write a month's page in a form, in the company's language unless another is asked for."""
    spoken = language or spoken_by(facts.client.language)
    if form == "pdf":
        return month_pdf(facts, language=spoken, made_at=now)
    return month_html(facts, language=spoken).encode()


def parse_month(text: str) -> DayRange:
    """Read a month such as 2026-10; a day is refused."""
    if len(text) != len("2026-10"):
        raise Invalid(f"{text!r} is no month; write one such as 2026-10", field="month")
    return parse_span(text)


def table_form(text: str) -> TableForm:
    """Accept the name of a form in which tables are written."""
    found: TableForm | None = next((it for it in get_args(TableForm) if it == text), None)
    if found is None:
        known = ", ".join(get_args(TableForm))
        raise FormUnknown(f"{text!r} is no form of a table; known: {known}", field="format")
    return found


def statement_bytes(
    statement: Statement, form: str, *, language: Language | None, now: datetime
) -> bytes:
    """Write a statement in a form, in the customer's language unless another is asked for."""
    spoken = language or spoken_by(statement.language)
    match form:
        case "pdf":
            return paper.statement_pdf(statement, language=spoken, made_at=now)
        case "html":
            return paper.statement_html(statement, language=spoken).encode()
        case _:
            return statement_json(statement)


def spoken_by(language: str) -> Language:
    """Choose the language of a paper: the reader's own where it is one of the house's."""
    return next((each for each in LANGUAGES if each == language), "en")


def form_of(path: Path, forms: tuple[str, ...]) -> str:
    """Read from a file's name in which form it is to be written."""
    ending = path.suffix.removeprefix(".").lower()
    if ending not in forms:
        known = ", ".join(f".{form}" for form in forms)
        raise FormUnknown(f"{path.name!r} should end in one of {known}", field="out")
    return ending
