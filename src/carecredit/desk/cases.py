"""Cases and our own word from a desk: by the codes and numbers people know, a call each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

import msgspec

from carecredit.cases import operations, queries, views
from carecredit.cases.operations import About, HandOver, Move, NewCase, NewExpectation
from carecredit.cases.queries import Wanted
from carecredit.cases.rules import CaseKind, Explained, Resolution
from carecredit.desk.book import Book
from carecredit.desk.service import Service
from carecredit.kernel.clock import Clock
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CaseId, CustomerId, ExpectationId
from carecredit.store.session import Caller, Store

Answer = TypeVar("Answer")
PAGE = 200
Amounts = Mapping[str, str | None] | Sequence[str]
"""Invoices by number, with the amount contested where it is a part."""


class Cases:
    """A client company's cases, and what customers were given to expect."""

    def __init__(self, store: Store, caller: Caller, now: Clock, *, client: str) -> None:
        self._store, self._caller, self._now, self._code = store, caller, now, client
        self.service = Service(store, caller, now, client=client)

    def open(
        self,
        kind: str,
        *,
        customer: str,
        subject: str = "",
        invoices: Amounts = (),
        **facts: Any,
    ) -> views.Case | None:
        """Open a case about invoices by number; facts as `NewCase` has them.

        An overdue one is opened about what is past due, or the one there is is given (none: nothing
        is past due); it needs no subject.
        """

        def act(book: Book) -> views.Case | None:
            whom, about = book.customer(customer), _about(book, invoices)
            if kind == CaseKind.OVERDUE:
                ids = [one.invoice_id for one in about]
                return operations.open_overdue(customer_id=whom, invoice_ids=ids, **book.writing)
            told = {"customer_id": whom, "kind": kind, "subject": subject, "invoices": about}
            return operations.open_case(case=_convert(told | facts, NewCase), **book.writing)

        return self._writing(act)

    def find(
        self,
        *,
        customer: str | None = None,
        invoice: str | None = None,
        before: CaseId | None = None,
        limit: int = 50,
        **wanted: Any,
    ) -> list[views.Listed]:
        """List cases, the newest first; what narrows is as `Wanted` has it."""
        return self._reading(
            lambda book: queries.cases(
                wanted=_wanted(book, customer, invoice, wanted),
                before=before,
                limit=limit,
                **book.writing,
            )
        )

    def counts(
        self, *, customer: str | None = None, invoice: str | None = None, **wanted: Any
    ) -> views.Counts:
        """Count what a search finds, by state and kind."""
        return self._reading(
            lambda book: queries.counts(
                wanted=_wanted(book, customer, invoice, wanted), **book.writing
            )
        )

    def show(self, case: CaseId) -> views.WholeCase:
        """Show a case with all that belongs to it."""
        return self._reading(lambda it: queries.whole(it.session, client_id=it.id, case_id=case))

    def explain(self, case: CaseId) -> list[Explained]:
        """Explain a case's deadlines: every stretch of time that counted or was left out."""
        return self._reading(lambda book: queries.explain(case_id=case, **book.writing))

    def move(
        self, case: CaseId, event: str, *, version: int | None = None, **facts: Any
    ) -> views.Case:
        """Write that something happened; facts as `Move` has them."""
        told = _convert({"event": event} | facts, Move)
        return self._act(operations.move, case_id=case, move=told, version=version)

    def resolve(
        self, case: CaseId, solution: str, *, resolution: str = "solved", version: int | None = None
    ) -> views.Case:
        """Resolve a case, in words."""
        why = _convert(resolution, Resolution)
        return self._act(
            operations.resolve, case_id=case, resolution=why, solution=solution, version=version
        )

    def reopen(self, case: CaseId, reason: str, *, version: int | None = None) -> views.Case:
        """Open a resolved case again."""
        return self._act(operations.reopen, case_id=case, reason=reason, version=version)

    def note(self, case: CaseId, text: str) -> views.Case:
        """Write a note beside a case."""
        return self._act(operations.note, case_id=case, text=text)

    def assign(
        self,
        case: CaseId,
        *,
        owner: str | None = None,
        squad: str | None = None,
        version: int | None = None,
    ) -> views.Case:
        """Give a case its owner and squad."""
        return self._act(operations.assign, case_id=case, owner=owner, squad=squad, version=version)

    def hand_over(
        self, case: CaseId, *, to: str, name: str, version: int | None = None, **story: Any
    ) -> views.Case:
        """Hand a case over to an operator, squad or client; the story is as `HandOver` has it."""
        pack = _convert({"to": to, "name": name} | story, HandOver)
        return self._act(operations.hand_over, case_id=case, pack=pack, version=version)

    def customer_told(self, case: CaseId, how: str) -> views.Case:
        """Record that the customer knows who takes care of the case."""
        return self._act(operations.customer_told, case_id=case, how=how)

    def expect(
        self,
        what: str,
        *,
        customer: str,
        by: datetime | date,
        case: CaseId | None = None,
        purpose: str = "answer",
    ) -> views.Expectation:
        """Write down what a customer may expect of us, by an instant or by the end of a day."""

        def act(book: Book) -> views.Expectation:
            # By a day means: before the day is over, at the client company's place.
            due = by if isinstance(by, datetime) else book.end_of(by)
            new = NewExpectation(book.customer(customer), what, due, case, purpose=purpose)
            return operations.expect(expectation=new, **book.writing)

        return self._writing(act)

    def expectations(
        self, *, customer: str | None = None, state: str | None = None, limit: int = 200
    ) -> list[views.Expectation]:
        """List what we gave customers to expect; what is past its time is called broken first."""
        self._act(operations.review_expectations)

        def read(book: Book) -> list[views.Expectation]:
            whom = book.customer(customer) if customer else None
            return queries.expectations(
                book.session, client_id=book.id, customer_id=whom, state=state, limit=limit
            )

        return self._reading(read)

    def fulfil(self, expectation: ExpectationId) -> views.Expectation:
        """Say that our word was made good."""
        return self._act(operations.fulfil, expectation_id=expectation)

    def withdraw(self, expectation: ExpectationId, reason: str) -> views.Expectation:
        """Take our word back, with a reason, before it is due."""
        return self._act(operations.withdraw, expectation_id=expectation, reason=reason)

    def review(self) -> tuple[int, int, views.Reckoned]:
        """Close paid overdue cases, call our late word broken, work stale deadlines out anew.

        Gives how many were closed, how many broken, and what was worked out.
        """
        paid, after = 0, None
        while page := self._reading(
            partial(_with_overdue_case, after=after)  # each page its own transaction
        ):
            paid += len(self._act(operations.review_overdue, customer_ids=page))
            after = page[-1]
        broken: int = self._act(operations.review_expectations)
        return paid, broken, self._act(operations.reckon_anew)

    def _act(self, act: Callable[..., Answer], **told: Any) -> Answer:
        return self._writing(lambda book: act(**book.writing, **told))

    def _writing(self, act: Callable[[Book], Answer]) -> Answer:
        with self._store.begin(self._caller) as session:
            return act(Book(session, self._code, self._now()))

    def _reading(self, read: Callable[[Book], Answer]) -> Answer:
        with self._store.read(self._caller) as session:
            return read(Book(session, self._code, self._now()))


def _with_overdue_case(book: Book, *, after: CustomerId | None) -> list[CustomerId]:
    return queries.with_overdue_case(book.session, client_id=book.id, after=after, limit=PAGE)


def _about(book: Book, invoices: Amounts) -> tuple[About, ...]:
    told = invoices if isinstance(invoices, Mapping) else dict.fromkeys(invoices)
    return tuple(
        About(book.invoice(number), None if text is None else book.money(text).minor)
        for number, text in told.items()
    )


def _wanted(
    book: Book, customer: str | None, invoice: str | None, wanted: Mapping[str, Any]
) -> Wanted:
    whose = {
        "customer_id": book.customer(customer) if customer else None,
        "invoice_id": book.invoice(invoice) if invoice else None,
    }
    return _convert(dict(wanted) | whose, Wanted)


def _convert(told: Any, kind: type[Answer]) -> Answer:
    try:
        return msgspec.convert(told, kind)
    except msgspec.ValidationError as error:
        raise Invalid(f"this cannot be read: {error}") from error
