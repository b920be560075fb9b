"""A question about people: whose lives, as of when, as known when; and its parts by group."""

from collections import Counter
from collections.abc import Hashable
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.mandates.queries import client as client_of
from carecredit.mandates.views import Client
from carecredit.metrics.definitions import version
from carecredit.metrics.queries import lives as load
from carecredit.metrics.queries.answers import WHOLE
from carecredit.metrics.rules.durations import Life, durations
from carecredit.metrics.rules.knowledge import known_until
from carecredit.metrics.rules.survival import Lives, Time
from carecredit.metrics.rules.windows import Window
from carecredit.metrics.views import Asked


class Question(Struct, frozen=True, kw_only=True):
    """Whose lives: customers with a contract, or without one by a rule, or those of a study."""

    as_of: date
    known_at: date | datetime | None = None
    segment: str | None = None
    by_segment: bool = False
    lapse_days: int | None = None
    """Customers without a contract, in place of those with one; never both in one rate."""
    study: str | None = None


class How(Struct, frozen=True):
    """How an answer is worked out, and where that is from."""

    method: str
    source: str


class Table(Struct, frozen=True):
    """Lives by customer, and what the answers repeat of the question."""

    client: Client
    known: datetime | None
    lives: load.Keyed
    asked: Asked


def table_of(
    session: Session,
    *,
    client_id: ClientId,
    question: Question,
    how: How,
    now: datetime,
    window: Window | None = None,
) -> Table:
    """Load the lives a question is about; a study has none of its own here."""
    if question.study is not None:
        raise Invalid("a study answers survival and incidence alone", field="study")
    company = client_of(session, client_id=client_id)
    known = known_until(question.known_at, zone(company.zone))
    lives = _load(session, client_id, question, known)
    span = window.ending(question.as_of) if window else None
    asked = Asked(
        client=company.code,
        population=_population(question),
        as_of=question.as_of,
        known_at=known or now,
        window_first=span.first if span else None,
        window_last=span.last if span else None,
        method=how.method,
        source=how.source,
        definition_version=version(),
    )
    return Table(company, known, lives, asked)


def groups_of(
    session: Session,
    *,
    client_id: ClientId,
    question: Question,
    how: How,
    now: datetime,
    against: str | None = None,
) -> tuple[Asked, dict[str, Lives]]:
    """Count lives by their duration and end, the whole first, then group by group."""
    if question.study is not None:
        return _of_study(session, client_id, question, question.study, how, now)
    table = table_of(session, client_id=client_id, question=question, how=how, now=now)
    parts = parts_of(table.lives, question=question)
    counted = {
        name: durations(lives, as_of=question.as_of, against=against)
        for name, lives in parts.items()
    }
    return table.asked, counted


def parts_of(lives: load.Keyed, *, question: Question) -> dict[str, list[Life]]:
    """Part lives as the question asks."""
    keyed = keys_of(lives, question=question)
    return {name: [lives[key] for key in keys] for name, keys in keyed.items()}


def keys_of(lives: load.Keyed, *, question: Question) -> dict[str, list[Hashable]]:
    """Part customers by segment after the whole; or the one segment that is asked for."""
    found = sorted({life.segment for life in lives.values() if life.segment})
    if question.segment not in {None, WHOLE}:
        if question.segment not in found:
            known = ", ".join([WHOLE, *found])
            raise Invalid(f"no segment {question.segment!r}; known: {known}", field="segment")
        found, whole = [question.segment or ""], {}
    else:
        found, whole = (found if question.by_segment else []), {WHOLE: list(lives)}
    named: dict[str, list[Hashable]] = {name: [] for name in found}
    for key, life in lives.items() if named else ():
        if life.segment in named:
            named[life.segment].append(key)
    return whole | named


def _load(
    session: Session, client_id: ClientId, question: Question, known: datetime | None
) -> load.Keyed:
    if question.lapse_days is None:
        return load.contract_lives(session, client_id=client_id, known=known)
    return load.lapsed_lives(
        session,
        client_id=client_id,
        known=known,
        as_of=question.as_of,
        days=question.lapse_days,
    )


def _of_study(
    session: Session,
    client_id: ClientId,
    question: Question,
    study: str,
    how: How,
    now: datetime,
) -> tuple[Asked, dict[str, Lives]]:
    if question.segment or question.by_segment or question.lapse_days is not None:
        raise Invalid("a study has groups of its own, no segments and no rule", field="study")
    company = client_of(session, client_id=client_id)
    known = known_until(question.known_at, zone(company.zone))
    groups = load.study_lives(session, client_id=client_id, name=study, known=known)
    whole: Counter[tuple[Time, str]] = Counter()
    for lives in groups.values():
        whole.update(lives)
    asked = Asked(
        client=company.code,
        population=f"study {study}",
        as_of=None,
        known_at=known or now,
        method=how.method,
        source=how.source,
        definition_version=version(),
    )
    return asked, {WHOLE: whole} | {name: groups[name] for name in sorted(groups) if name}


def _population(question: Question) -> str:
    if question.lapse_days is None:
        return "customers with a contract"
    return f"customers without a contract, lapsed by rule {question.lapse_days} days"
