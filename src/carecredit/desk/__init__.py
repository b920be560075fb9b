"""The facade behind `from carecredit import CareCredit`: the main job in a few calls.

Each call is one transaction (the pulse: one for each page of customers). Whoever wants more opens
`desk.store.begin(...)` and calls the capabilities' operations.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

from carecredit import schema
from carecredit import settings as settings_module
from carecredit.cadence import queries as cadence
from carecredit.cadence.views import Plan
from carecredit.contact_policy.operations import approve_profile
from carecredit.customers import queries as customers
from carecredit.desk.arrangements import Arrangements
from carecredit.desk.book import wanted
from carecredit.desk.cases import Cases
from carecredit.desk.contacts import Contacts, wrap_up_of
from carecredit.desk.duplicates import Duplicates
from carecredit.desk.finance import Finance
from carecredit.desk.knowledge import Knowledge
from carecredit.desk.ledger import Ledger
from carecredit.desk.policy import Policy
from carecredit.desk.quality import Quality
from carecredit.desk.rounds import pulse_of
from carecredit.desk.team import Team
from carecredit.desk.views import Pulse
from carecredit.desk.wishes import Wishes
from carecredit.desk.work import Work
from carecredit.intake.operations import Columns, import_ledger, import_people
from carecredit.intake.views import Report
from carecredit.kernel import clock
from carecredit.kernel.clock import Clock
from carecredit.mandates import queries as mandates
from carecredit.mandates.operations import NewClient, add_client, say_where_to_pay
from carecredit.mandates.views import Client
from carecredit.metrics.views import MetricAnswer
from carecredit.outreach.operations import sweep, wrap_up
from carecredit.outreach.views import Closed, Swept
from carecredit.papers.facade import Papers
from carecredit.settings import Settings
from carecredit.store.engine import make_engine
from carecredit.store.keymark import recognise
from carecredit.store.session import Caller, Store
from carecredit.team.operations import add_key
from carecredit.team.rules import Role
from carecredit.team.views import NewKey
from carecredit.timeline.queries import timeline
from carecredit.timeline.views import Page
from carecredit.worklist import queries as worklist
from carecredit.worklist.operations import take_next
from carecredit.worklist.views import Item, Taken

Answer = TypeVar("Answer")


class CareCredit:
    """A desk over one database; `clock` says what time it is."""

    def __init__(
        self, settings: Settings, *, caller: Caller, clock: Clock = clock.now, prepare: bool = False
    ) -> None:
        self.settings = settings
        self.caller = caller
        self.now = clock
        self.store = Store(make_engine(settings), settings.secret())
        self.papers = Papers(self.store, caller, clock)
        self.finance = Finance(self.store, caller, clock)
        self.policy = Policy(self.store, caller, clock)
        self.ledger = partial(Ledger, self.store, caller, clock)  # client="CODE"
        self.work = Work(self.store, caller, clock)
        self.duplicates = Duplicates(self.store, caller, clock)
        self.team = Team(self.store, caller, clock)
        self.knowledge = partial(Knowledge, self.store, caller, clock)  # client="CODE"
        self.quality = partial(Quality, self.store, caller, clock)  # client="CODE"
        self.contacts = partial(Contacts, self.store, caller, clock)  # client="CODE"
        self.arrangements = partial(Arrangements, self.store, caller, clock)  # client="CODE"
        self.wishes = partial(Wishes, self.store, caller, clock)  # client="CODE", customer="K-1"
        self.cases = partial(Cases, self.store, caller, clock)  # client="CODE"
        if prepare:
            schema.upgrade(self.store.engine)
            recognise(self.store)

    @classmethod
    def open(cls, url: str, *, secret: str, clock: Clock = clock.now, name: str = "desk") -> Self:
        """Open (and bring up to date) the database at a SQLAlchemy URL."""
        settings = Settings(database_url=url, secret_key=secret)
        return cls(settings, caller=Caller(name), clock=clock, prepare=True)

    @classmethod
    def memory(cls, *, clock: Clock = clock.now) -> Self:
        """Open an empty desk in memory, for a try or a test; it is gone with the process."""
        return cls.open("sqlite://", secret=secrets.token_hex(32), clock=clock)

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] = os.environ, *, name: str = "cli"
    ) -> Self:
        """Open the set-up that an environment describes; the schema must be up to date."""
        return cls.with_settings(settings_module.load(environ), name=name)

    @classmethod
    def with_settings(cls, settings: Settings, *, name: str) -> Self:
        """Open the set-up that settings describe; the schema must be up to date."""
        hands = clock.from_file(Path(settings.clock_file)) if settings.clock_file else clock.now
        desk = cls(settings, caller=Caller(name), clock=hands)
        schema.check(desk.store.engine)
        recognise(desk.store)
        return desk

    def add_client(
        self, code: str, name: str, *, profiles: Iterable[str] = (), by: str = "", **card: Any
    ) -> Client:
        """Found a client company; `by` approves contact profiles for it.

        The card may name country, currency, language and zone; it is Italian otherwise.
        """
        now, client = self.now(), NewClient(code, name, **card)
        with self.store.begin(self.caller) as session:
            added = add_client(session, client=client, now=now)
            for key in profiles:
                approve_profile(
                    session, client_id=added.id, profile_key=key, approved_by=by, now=now
                )
        return added

    def say_where_to_pay(
        self,
        client: str,
        *,
        payee: str | None = None,
        iban: str | None = None,
        bic: str | None = None,
    ) -> Client:
        """Set where customers of a client company pay; None keeps what is, an empty text clears it.

        A BIC belongs to its account: another IBAN drops it, unless the new one is named.
        """
        with self.store.begin(self.caller) as session:
            card = mandates.client_by_code(session, code=client)
            kept_bic = card.bic if iban is None else None
            return say_where_to_pay(
                session,
                client_id=card.id,
                payee=card.payee if payee is None else payee or None,
                iban=card.iban if iban is None else iban or None,
                bic=kept_bic if bic is None else bic or None,
                now=self.now(),
            )

    def add_key(self, *, name: str, role: str, clients: tuple[str, ...] = ()) -> NewKey:
        """Make an API key for some client companies by code (none named: every one)."""
        with self.store.begin(self.caller) as session:
            ids = [mandates.client_by_code(session, code=code).id for code in clients]
            return add_key(session, name=name, role=Role(role), clients=ids or None, now=self.now())

    def import_ledger(self, directory: Path | str, *, client: str, **options: Any) -> Report:
        """Take in a canonical CSV ledger; options as `intake.operations.import_ledger` has them."""
        with self.store.begin(self.caller, unhurried=True) as session:
            report = import_ledger(
                session,
                client=mandates.client_by_code(session, code=client),
                directory=Path(directory),
                now=self.now(),
                **options,
            )
        if report.changed:
            self.finance.sum_up(client=client)
        return report

    def import_relationships(
        self, file: Path | str, *, client: str, study: str | None = None, **columns: Any
    ) -> Report:
        """Take in a file of contracts, or a survival file as a study; columns are `Columns`'."""
        with self.store.begin(self.caller) as session:
            return import_people(
                session,
                client=mandates.client_by_code(session, code=client),
                file=Path(file),
                now=self.now(),
                study=study,
                otherwise=Path(file).stem,
                columns=Columns(**columns),
            )

    def pulse(
        self,
        *,
        client: str | None = None,
        now: datetime | None = None,
        progress: Callable[[str, int], None] = lambda _client, _customers: None,
    ) -> list[Pulse]:
        """Judge promises and plan touches, for one client company or for each."""
        at = now or self.now()
        with self.store.read(self.caller) as session:
            found = wanted(session, client)
        return [pulse_of(self.store, self.caller, one, at, progress) for one in found]

    def sweep(self) -> Swept:
        """Put right what dead processes left behind."""
        with self.store.begin(self.caller) as session:
            return sweep(session, now=self.now())

    def plan(self, *, client: str, customer: str, now: datetime | None = None) -> Plan:
        """Say what comes next for a customer (by number) and why, or why nothing does."""
        with self.store.read(self.caller) as session:
            found = mandates.client_by_code(session, code=client)
            whom = customers.customer_by_number(session, client_id=found.id, number=customer)
            return cadence.plan_of(
                session, client_id=found.id, customer_id=whom.id, now=now or self.now()
            )

    def timeline(self, *, client: str, customer: str, **options: Any) -> Page:
        """Tell all that happened with a customer (by number); options as `timeline` has them."""
        with self.store.read(self.caller) as session:
            client_id = mandates.client_by_code(session, code=client).id
            found = customers.customer_by_number(session, client_id=client_id, number=customer)
            return timeline(session, client_id=client_id, customer_id=found.id, **options)

    def worklist(self, *, client: str | None = None, limit: int = 50) -> list[Item]:
        """List whom to speak with next, and why."""
        with self.store.read(self.caller) as session:
            ids = [one.id for one in wanted(session, client)]
            return worklist.items(session, client_ids=ids, limit=limit)

    def take_next(self, *, client: str | None = None) -> Taken | None:
        """Take the next call that may be made now."""
        with self.store.begin(self.caller) as session:
            ids = [one.id for one in wanted(session, client)]
            return take_next(session, client_ids=ids, operator_id=None, now=self.now())

    def wrap_up(self, taken: Taken, **outcome: Any) -> Closed:
        """Close a taken call with what it brought; the fields are those of `WrapUp`."""
        said = wrap_up_of(outcome)
        with self.store.begin(self.caller) as session:
            return wrap_up(
                session,
                client_id=taken.call.client_id,
                contact_id=taken.call.contact_id,
                operator_id=None,
                wrap_up=said,
                now=self.now(),
            )

    def metric(self, metric_id: str, *, client: str, as_of: date, **options: Any) -> MetricAnswer:
        """Answer one measure as of a day; options are those of `metrics.queries.metric`."""
        return self.finance.metric(metric_id, client=client, as_of=as_of, **options)

    def people(
        self, ask: Callable[..., Answer], *, client: str, as_of: date, **options: Any
    ) -> Answer:
        """Answer about people: `ask` is survival, incidence, cohorts, churn, ... of the metrics."""
        return self.finance.people(ask, client=client, as_of=as_of, **options)

    def ask(self, report: Callable[..., Answer], /, *, client: str, **options: Any) -> Answer:
        """Ask a client company's book for a report of `metrics.queries`, such as `roll`."""
        return self.finance.ask(report, client=client, **options)

    def close(self) -> None:
        """Let go of the database."""
        self.store.dispose()
