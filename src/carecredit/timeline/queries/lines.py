"""How the lines of a story are read and made, whatever they are of."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_
from sqlalchemy.orm import InstrumentedAttribute, Session

from carecredit.kernel.calendars import at_local, local_date
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.kernel.money import Money
from carecredit.timeline import views
from carecredit.timeline.rules import LANGUAGES, Kind, Place, told, word


class Asked(msgspec.Struct, frozen=True):
    """Whose story, from which place on, and how many lines at most."""

    client_id: ClientId
    customer_id: CustomerId
    zone: tzinfo
    since: datetime | None
    after: Place | None
    limit: int

    def of(self, table: Any) -> tuple[ColumnElement[bool], ...]:
        """Keep the rows of the customer."""
        return (table.client_id == self.client_id, table.customer_id == self.customer_id)

    def at(self, day: date) -> datetime:
        """Give the instant from which a day counts."""
        return at_local(day, time.min, self.zone)

    def day(self, at: datetime) -> date:
        """Give the local day of an instant."""
        return local_date(at, self.zone)


Source = Callable[[Session, Asked], Iterable[views.Line]]


def read(
    session: Session,
    asked: Asked,
    query: Select[*tuple[Any, ...]],
    when: InstrumentedAttribute[Any],
    key: InstrumentedAttribute[Any],
    rank: int,
    part: InstrumentedAttribute[int] | None = None,
) -> list[Any]:
    """Read the newest rows from the asked place on, in the order of the story.

    `part` tells rows apart that share an instant and a key.
    """
    query = query.where(*_beyond(asked, when, key, rank, part))
    order = [when.desc(), key.desc(), *([part.desc()] if part is not None else [])]
    return list(session.execute(query.order_by(*order).limit(asked.limit)))


def _beyond(
    asked: Asked,
    when: InstrumentedAttribute[Any],
    key: InstrumentedAttribute[Any],
    rank: int,
    part: InstrumentedAttribute[int] | None,
) -> Iterable[ColumnElement[bool]]:
    by_day = when.type.python_type is date
    if asked.since is not None:
        first = asked.since
        yield when >= (local_date(first, asked.zone) if by_day else first)
    if asked.after is None:
        return
    bound: Any = asked.after.at
    on_the_dot = True
    if by_day:
        bound = local_date(asked.after.at, asked.zone)
        on_the_dot = asked.at(bound) == asked.after.at
    if not on_the_dot or rank < asked.after.rank:
        yield when <= bound
    elif rank > asked.after.rank:
        yield when < bound
    else:
        same = key < asked.after.id
        if part is not None:
            same |= and_(key == asked.after.id, part < asked.after.part)
        yield (when < bound) | and_(when == bound, same)


def line(  # noqa: PLR0913 - the parts of a line
    kind: Kind,
    at: datetime,
    key: Any,
    code: str,
    *,
    end: bool = False,
    part: int = 0,
    by: str | None = None,
    money: tuple[int, str] | None = None,
    note: str = "",
    links: Iterable[tuple[str, Any]] = (),
    data: Mapping[str, Any] | None = None,
    words: Mapping[str, str] | None = None,
) -> views.Line:
    """Make a line; `words` are codes that stand inside its sentence."""
    minor, currency = money or (None, None)
    facts = dict(data or {})
    if minor is not None and currency is not None:
        facts["amount"] = Money(minor, currency)
    sentence = {
        language: told(
            code,
            facts | {name: word(each, language=language) for name, each in (words or {}).items()},
            language=language,
        )
        for language in LANGUAGES
    }
    return views.Line(
        Place(at, kind.rank(end=end), key, part),
        kind.value,
        code,
        sentence,
        by,
        currency,
        minor,
        note,
        tuple(links),
        dict(data or {}),
    )
