"""What the pages of finance show, as frozen values; numbers come with all it takes to link them."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlencode

import msgspec

from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.views import Definition, Part, Parts, SurvivalGroup
from carecredit_api.console.views import Client, Theme


class Asked(msgspec.Struct, frozen=True):
    """What a page of finance was asked, as its address has it; empty is not asked."""

    client: str = ""
    as_of: str = ""
    known_at: str = ""
    segment: str = ""
    currency: str = ""
    rate_set: str = ""
    lang: str = ""
    theme: str = ""

    def address(self, path: str, **changes: str) -> str:
        """Give an address that asks the same, with some changes."""
        asked = {name: value for name in self.__struct_fields__ if (value := getattr(self, name))}
        chosen = {name: value for name, value in (asked | changes).items() if value}
        return f"{path}?{urlencode(chosen)}" if chosen else path


class Frame(msgspec.Struct, frozen=True):
    """What stands around every page of finance: whose book, who looks."""

    client: Client
    clients: tuple[Client, ...]
    operator_name: str
    operator_role: str
    csrf: str
    asked: Asked
    as_of: date
    known_at: datetime
    zone: str
    currency: str
    theme: Theme | None = None


class SegmentLine(msgspec.Struct, frozen=True):
    """The measures of one segment, or of the whole, at the page's day."""

    segment: str
    measures: Mapping[str, Measure]


class FinancePage(msgspec.Struct, frozen=True, kw_only=True):
    """How a book stands at the end of a day, and how it came there."""

    frame: Frame
    segments: tuple[str, ...]
    currencies: tuple[str, ...]
    rate_sets: tuple[str, ...]
    """By which others may be converted; none where there is nothing to convert."""
    rates_missing: str
    """The set that was asked for and does not reach back far enough; none: it does."""
    days: tuple[date, ...]
    """A month apart, oldest first; the last one is the page's day."""
    lines: Mapping[str, tuple[Measure, ...]]
    rows: tuple[SegmentLine, ...]
    whole: SegmentLine
    retention: SurvivalGroup | None
    data_through: date | None


class PartLine(msgspec.Struct, frozen=True):
    """One document behind a number, and where its customer's statement is."""

    part: Part
    statement: str | None


class PartsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a number was added up from, a page at a time."""

    frame: Frame
    parts: Parts
    lines: tuple[PartLine, ...]
    page_total: str
    offset: int
    limit: int
    definition: Definition


class DefinitionsPage(msgspec.Struct, frozen=True):
    """What every number is."""

    frame: Frame
    definitions: tuple[Definition, ...]
