"""What is agreed with customers, from a desk: by the codes and numbers that people know."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from carecredit.arrangements import operations, queries, rules, views
from carecredit.arrangements.operations import NewPlan, NewPromise, NewProof, NewRelief
from carecredit.customers import queries as customers
from carecredit.desk.book import Book
from carecredit.kernel.clock import Clock
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CustomerId, PlanId, PromiseId, ProofId, ReliefId
from carecredit.outreach import queries as outreach
from carecredit.store.session import Caller, Store

Answer = TypeVar("Answer")
PAGE = 200


class Arrangements:
    """A client company's promises, plans, reliefs and proofs; amounts are text in major units."""

    def __init__(self, store: Store, caller: Caller, now: Clock, *, client: str) -> None:
        self._store, self._caller, self._now, self._code = store, caller, now, client

    def promise(
        self, customer: str, *, amount: str, on: date, currency: str | None = None, **facts: Any
    ) -> views.Promise:
        """Take a promise; facts are given_by, method, invoices (numbers), contact_id, remind.

        `given_to` is who took it down (none: the caller).
        """

        def act(book: Book) -> views.Promise:
            who = book.customer(customer)
            given = NewPromise(
                customer_id=who,
                amount=book.money(amount, currency),
                promised_on=on,
                given_to=facts.pop("given_to", None) or self._caller.name,
                **_facts(book, who, facts),
            )
            made = operations.record_promise(promise=given, **book.writing)
            return queries.promise(book.session, client_id=book.id, promise_id=made)

        return self._write(act)

    def promises(self, customer: str) -> list[views.Promise]:
        """List a customer's promises, newest first."""
        return self._read(lambda it: queries.promises_of(it.session, **_whose(it, customer)))

    def cancel_promise(self, customer: str, promise: PromiseId) -> None:
        """Take back a promise that is not judged yet."""
        act = operations.cancel_promise
        self._write(lambda it: act(promise_id=promise, **_acting(it, customer)))

    def propose(self, customer: str, *, by: str | None = None, **wish: Any) -> views.PaymentPlan:
        """Agree a plan within the powers of the mandate, or propose it to a second person.

        The wish: first_on, and instalments (how many) or each (amount); every, unit, month_end,
        working_day, invoices (numbers), currency, remind, contact_id, reason.
        """
        act = operations.propose_plan
        return self._write(lambda it: act(plan=_plan(it, customer, wish), by=by, **it.writing))

    def renegotiate(
        self, plan: PlanId, *, version: int | None = None, by: str | None = None, **wish: Any
    ) -> views.PaymentPlan:
        """Put another plan in the place of one that runs; the wish as of `propose`, with reason."""

        def act(book: Book) -> views.PaymentPlan:
            old = queries.plan(book.session, client_id=book.id, plan_id=plan).card
            wished = _plan(book, None, {"currency": old.currency} | wish, old)
            return operations.renegotiate_plan(
                plan_id=plan, plan=wished, version=version, by=by, **book.writing
            )

        return self._write(act)

    def approve(self, plan: PlanId, **words: Any) -> views.PaymentPlan:
        """Agree to a proposed plan as the second person (words: by, version)."""
        return self._decide(operations.approve_plan, plan, words)

    def reject(self, plan: PlanId, *, reason: str, **words: Any) -> views.PaymentPlan:
        """Decline a proposed plan, with a reason (words: by, version)."""
        return self._decide(operations.reject_plan, plan, words | {"reason": reason})

    def cancel(self, plan: PlanId, *, reason: str, **words: Any) -> views.PaymentPlan:
        """End a plan that waits or runs, with a reason (words: by, version)."""
        return self._decide(operations.cancel_plan, plan, words | {"reason": reason})

    def break_off(self, plan: PlanId, *, reason: str, **words: Any) -> views.PaymentPlan:
        """Call a plan broken, once enough instalments are missed (words: by, version)."""
        return self._decide(operations.break_plan, plan, words | {"reason": reason})

    def thank(self, plan: PlanId) -> None:
        """Note that the customer was thanked for a plan paid to the end."""
        self._write(lambda book: operations.thank(plan_id=plan, **book.writing))

    def plan(self, plan: PlanId) -> views.PaymentPlan:
        """Read a payment plan whole."""
        return self._read(lambda it: queries.plan(it.session, client_id=it.id, plan_id=plan))

    def plans(
        self, customer: str | None = None, *, state: str | None = None
    ) -> list[views.PlanCard]:
        """List payment plans in the order they were proposed: of a customer, of a state, or all."""

        def read(book: Book) -> list[views.PlanCard]:
            if customer is not None:
                found = queries.plans_of(book.session, **_whose(book, customer))
                cards = [plan.card for plan in reversed(found)]
                return [card for card in cards if state in {None, card.state}]
            return _all_plans(book, state)

        return self._read(read)

    def grant(
        self, customer: str, kind: str, *, until: date, by: str | None = None, **facts: Any
    ) -> views.Relief:
        """Grant a relief: pause, smaller_instalments (plan, version and a wish), bonus_information.

        Facts: proof_seen, review_on, bonus.
        """

        def act(book: Book) -> views.Relief:
            plan, wish = facts.pop("plan", None), facts.pop("wish", None)
            wished = None if wish is None else _plan(book, customer, wish)
            new = NewRelief(
                customer_id=book.customer(customer), kind=_kind(kind), until=until,
                plan_id=plan, plan=wished, **facts,
            )  # fmt: skip
            return operations.grant_relief(relief=new, by=by, **book.writing)

        return self._write(act)

    def end_relief(self, customer: str, relief: ReliefId, *, by: str | None = None) -> views.Relief:
        """End a relief before its day."""
        act = operations.end_relief
        return self._write(lambda it: act(relief_id=relief, by=by, **_acting(it, customer)))

    def reliefs(self, customer: str) -> list[views.Relief]:
        """List a customer's reliefs; they are shown to who has the right to see care needs."""
        return self._read(lambda it: queries.reliefs_of(it.session, **_whose(it, customer)))

    def announce(
        self, customer: str, invoice: str, *, amount: str, paid_on: date, by: str | None = None,
        currency: str | None = None, **facts: Any,
    ) -> views.Proof:  # fmt: skip
        """Note that a payment of an invoice is on its way; facts: method, reference, contact_id."""

        def act(book: Book) -> views.Proof:
            who = book.customer(customer)
            new = NewProof(
                customer_id=who,
                invoice_id=book.invoice(invoice),
                amount=book.money(amount, currency),
                paid_on=paid_on,
                **_facts(book, who, facts),
            )
            return operations.announce_proof(proof=new, by=by, **book.writing)

        return self._write(act)

    def withdraw(self, customer: str, proof: ProofId) -> views.Proof:
        """Take back a payment that was announced by mistake."""
        act = operations.withdraw_proof
        return self._write(lambda it: act(proof_id=proof, **_acting(it, customer)))

    def proofs(self, customer: str) -> list[views.Proof]:
        """List the payments that a customer said were on their way, newest first."""
        return self._read(lambda it: queries.proofs_of(it.session, **_whose(it, customer)))

    def unanswered(self, customers_numbered: Sequence[str]) -> list[views.Unanswered]:
        """List the words of some customers that were not kept and nobody spoke about."""

        def read(book: Book) -> list[views.Unanswered]:
            ids = customers.ids_by_number(
                book.session, client_id=book.id, numbers=list(customers_numbered)
            )
            found = queries.broken_unanswered(
                book.session, client_id=book.id, customer_ids=list(ids.values())
            )
            return [one for key in sorted(found) for one in found[key]]

        return self._read(read)

    def understood(self, customer: str, *, contact_id: UUID | None = None) -> int:
        """Note that the words a customer did not keep were spoken about; say how many."""

        def act(book: Book) -> int:
            acting = _acting(book, customer)
            _sure(book, acting["customer_id"], contact_id)
            return operations.answer_broken(contact_id=contact_id, **acting)

        return self._write(act)

    def reminders(self) -> list[views.Reminder]:
        """List what falls due tomorrow and whose customer asked for a reminder."""
        return self._read(lambda it: queries.reminders_due(**it.writing))

    def reminded(self, source: UUID) -> None:
        """Note that a customer was reminded of a promise or of a plan's next instalment."""
        self._write(lambda book: operations.note_reminder(source_id=source, **book.writing))

    def unthanked(self) -> list[views.PlanCard]:
        """List the plans paid to the end that nobody said thank you for."""
        return self._read(lambda it: queries.completed_unthanked(it.session, client_id=it.id))

    def _decide(
        self, act: Callable[..., views.PaymentPlan], plan: PlanId, words: dict[str, Any]
    ) -> views.PaymentPlan:
        return self._write(lambda book: act(plan_id=plan, **book.writing, **words))

    def _write(self, act: Callable[[Book], Answer]) -> Answer:
        with self._store.begin(self._caller) as session:
            return act(Book(session, self._code, self._now()))

    def _read(self, read: Callable[[Book], Answer]) -> Answer:
        with self._store.read(self._caller) as session:
            return read(Book(session, self._code, self._now()))


def _whose(book: Book, customer: str) -> dict[str, Any]:
    return {"client_id": book.id, "customer_id": book.customer(customer)}


def _acting(book: Book, customer: str) -> dict[str, Any]:
    return book.writing | {"customer_id": book.customer(customer)}


def _facts(book: Book, who: CustomerId, facts: dict[str, Any]) -> dict[str, Any]:
    """Turn the words that people use into what the operations take."""
    told = dict(facts)
    _sure(book, who, told.get("contact_id"))
    if "method" in told:
        told["method"] = _one_of(rules.PayMethod, told["method"], "method")
    if "invoices" in told:
        told["invoices"] = tuple(book.invoice(number) for number in told["invoices"])
    return told


def _sure(book: Book, who: CustomerId, contact_id: UUID | None) -> None:
    outreach.confirm_contact(
        book.session, client_id=book.id, customer_id=who, contact_id=contact_id
    )


def _plan(
    book: Book, customer: str | None, wish: dict[str, Any], old: views.PlanCard | None = None
) -> NewPlan:
    told = dict(wish)
    currency = told.pop("currency", None) or book.client.currency
    each = told.pop("each", None)
    rhythm = {
        name: told.pop(name)
        for name in ("first_on", "every", "unit", "month_end", "working_day")
        if name in told
    }
    if "unit" in rhythm:
        rhythm["unit"] = _one_of(rules.Unit, rhythm["unit"], "unit")
    who = old.customer_id if old else book.customer(customer or "")
    return NewPlan(
        customer_id=who,
        currency=currency,
        rhythm=rules.Rhythm(**rhythm),
        each_minor=None if each is None else book.money(each, currency).minor,
        **_facts(book, who, told),
    )


def _kind(word: str) -> rules.ReliefKind:
    kind: rules.ReliefKind = _one_of(rules.ReliefKind, word, "kind")
    return kind


def _one_of(kind: Any, word: str, field: str) -> Any:
    try:
        return kind(word)
    except ValueError:
        known = ", ".join(kind)
        raise Invalid(f"{word!r} is not known here; write one of {known}", field=field) from None


def _all_plans(book: Book, state: str | None) -> list[views.PlanCard]:
    found: list[views.PlanCard] = []
    while True:
        page = queries.plan_cards(
            book.session,
            client_id=book.id,
            state=state,
            after=found[-1].id if found else None,
            limit=PAGE,
        )
        found += page
        if len(page) < PAGE:
            return found
