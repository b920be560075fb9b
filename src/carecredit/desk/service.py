"""A client company's working hours and service level, from a desk."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from carecredit.cases import operations, queries, views
from carecredit.cases.rules import (
    STANDARD,
    Hours,
    ServiceLevel,
    parse_hours,
    parse_level,
    written_hours,
)
from carecredit.desk.book import Book
from carecredit.kernel.calendars import start_of_day, zone
from carecredit.kernel.clock import Clock
from carecredit.store.session import Caller, Store


class Service:
    """When a client company works, and how soon its customers are answered."""

    def __init__(self, store: Store, caller: Caller, now: Clock, *, client: str) -> None:
        self._store, self._caller, self._now, self._code = store, caller, now, client

    def hours(self, *, key: str = STANDARD) -> Hours:
        """Show the working calendar that counts now."""
        with self._store.read(self._caller) as session:
            book = Book(session, self._code, self._now())
            timetable = queries.calendar(session, client_id=book.id, key=key, now=self._now())
        return written_hours(timetable.version_at(self._now()).calendar)

    def level(self) -> ServiceLevel:
        """Show the service level that counts now."""
        with self._store.read(self._caller) as session:
            book = Book(session, self._code, self._now())
            return queries.agreed_now(session, client_id=book.id, now=self._now()).level

    def save_hours(
        self, hours: Mapping[str, Any], *, key: str = STANDARD, since: date | None = None
    ) -> views.Saved:
        """Save a version of the working calendar, from a day on (none: from now)."""
        told = parse_hours(hours, source="calendar")
        return self._save(operations.save_calendar, since, key=key, hours=told)

    def save_level(self, level: Mapping[str, Any], *, since: date | None = None) -> views.Saved:
        """Save a version of the service level, from a day on (none: from now)."""
        told = parse_level(level, source="level")
        return self._save(operations.save_level, since, level=told)

    def reckon_anew(self) -> views.Reckoned:
        """Work stale deadlines out anew, one page."""
        with self._store.begin(self._caller) as session:
            return operations.reckon_anew(**Book(session, self._code, self._now()).writing)

    def _save(
        self, act: Callable[..., views.Saved], since: date | None, **told: Any
    ) -> views.Saved:
        with self._store.begin(self._caller) as session:
            book = Book(session, self._code, self._now())
            at = zone(book.client.zone)
            begun = self._now() if since is None else start_of_day(since, at)
            saved = act(since=begun, **book.writing, **told)
        done = saved.reckoned
        while done.left and done.cases:  # each page its own transaction
            page = self.reckon_anew()
            total = done.cases + page.cases, done.changed + page.changed, page.left
            done = views.Reckoned(*total) if page.cases else done
            if not page.cases:
                break
        return msgspec.structs.replace(saved, reckoned=done)
