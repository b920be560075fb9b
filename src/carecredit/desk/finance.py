"""The numbers, asked from a desk: each call a transaction of its own."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy.exc import OperationalError

from carecredit.kernel.clock import Clock
from carecredit.mandates import queries as mandates
from carecredit.metrics import queries as metrics
from carecredit.metrics.operations import forget_sums, sum_up
from carecredit.metrics.queries.layers import unsummed
from carecredit.metrics.queries.proof import differing
from carecredit.metrics.views import MetricAnswer, Series
from carecredit.store.session import Caller, Store

TAIL_MAX = 200
"""More books than this since the sums were stored make reading slow: then they are stored first."""
_OTHERS_WERE_FIRST = "40001"
Answer = TypeVar("Answer")


class Summed(msgspec.Struct, frozen=True):
    """What a summing did for a client company: how many books it took in."""

    client: str
    books: int


class Finance:
    """A client company's book, asked for numbers; `clock` says what time it is."""

    def __init__(self, store: Store, caller: Caller, now: Clock) -> None:
        self._store, self._caller, self._now = store, caller, now

    def metric(self, metric_id: str, *, client: str, as_of: date, **options: Any) -> MetricAnswer:
        """Answer one measure as of a day; options are those of `metrics.queries.metric`."""
        return self.ask(metrics.metric, client=client, metric_id=metric_id, as_of=as_of, **options)

    def series(self, *, client: str, dates: list[date], **options: Any) -> Series:
        """Answer every measure on many days; options are those of `metrics.queries.series`."""
        with self._store.read(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            return metrics.series(session, client_id=found.id, dates=dates, **options)

    def ask(self, report: Callable[..., Answer], /, *, client: str, **options: Any) -> Answer:
        """Ask a client company's book for a report of `metrics.queries`, such as `roll`."""
        with self._store.read(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            return report(session, client_id=found.id, now=self._now(), **options)

    def people(
        self, ask: Callable[..., Answer], *, client: str, as_of: date, **options: Any
    ) -> Answer:
        """Answer about people: `ask` is survival, incidence, cohorts, churn, ... of the metrics.

        Options are those of `metrics.queries.Question`, and of the function asked.
        """
        names = set(metrics.Question.__struct_fields__) & options.keys()
        question = metrics.Question(as_of=as_of, **{name: options.pop(name) for name in names})
        return self.ask(ask, client=client, question=question, **options)

    def sum_up(
        self, *, client: str | None = None, more_than: int = 0, now: datetime | None = None
    ) -> list[Summed]:
        """Store the sums of what came in since, where that is more than so many books."""
        at = now or self._now()
        with self._store.read(self._caller) as session:
            wanted = [
                one
                for one in mandates.clients(session)
                if client in {None, one.code}
                and len(unsummed(session, client_id=one.id)) > more_than
            ]
        return [Summed(one.code, self._sum_up(one.id, at)) for one in wanted]

    def _sum_up(self, client_id: Any, now: datetime) -> int:
        try:
            with self._store.begin(self._caller, steady=True, unhurried=True) as session:
                return sum_up(session, client_id=client_id, now=now)
        except OperationalError as error:
            # Somebody else summed the same at the same moment: theirs stands, nothing is missing.
            if getattr(error.orig, "sqlstate", None) == _OTHERS_WERE_FIRST:
                return 0
            raise

    def anew(self, *, client: str, now: datetime | None = None) -> int:
        """Forget a client company's stored sums and work them out again; gives the books."""
        at = now or self._now()
        with self._store.begin(self._caller, steady=True, unhurried=True) as session:
            found = mandates.client_by_code(session, code=client)
            forget_sums(session, client_id=found.id, now=at)
            return sum_up(session, client_id=found.id, now=at)

    def tail(self, *, client: str) -> int:
        """Count the books that came in since the sums were stored; readers add them themselves."""
        with self._store.read(self._caller) as session:
            found = mandates.client_by_code(session, code=client)
            return len(unsummed(session, client_id=found.id))

    def proof(self, *, client: str) -> list[str]:
        """Work out every sum anew from the entries, and name each that is stored otherwise."""
        with self._store.read(self._caller, unhurried=True) as session:
            found = mandates.client_by_code(session, code=client)
            return differing(session, client_id=found.id)
