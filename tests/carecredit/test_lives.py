"""Random lives: cases, holds, promises, plans, money and talks in any order break no invariant.

`make lives STEPS=100000` goes on for longer, by another way each time.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import lived_rules
import worlds
from carecredit.desk import CareCredit
from carecredit.kernel.errors import Invalid, NotFound, Refused
from carecredit.settings import Settings
from carecredit.store.session import Caller
from servers import SECRET

STEPS = int(os.environ.get("CARECREDIT_LIVES_STEPS", "0"))
STEPS_A_LIFE, LIVES = 30, 12
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
PEOPLE = ("K-1", "K-2")
OWED = (("F-1", "K-1", "120.00"), ("F-2", "K-1", "80.00"), ("F-3", "K-2", "200.00"))
codes = count(1)

people = st.sampled_from(PEOPLE)
invoices = st.sampled_from([number for number, _, _ in OWED])
amounts = st.sampled_from(["10.00", "40.00", "80.00", "120.00"])
days = st.integers(0, 25)
some = st.lists(st.sampled_from([number for number, _, _ in OWED]), max_size=2, unique=True)
kinds = st.sampled_from(["complaint", "complaint", "dispute", "dispute", "question", "hardship"])
events = st.sampled_from(
    ["customer_wrote", "customer_wrote", "customer_thanked", "answered", "asked_customer",
     "asked_client", "client_answered", "resumed"]
)  # fmt: skip
which = st.integers(0, 7)
"""Of what there is, the one whose turn it is."""


class Machine(RuleBasedStateMachine):
    """A client company with two customers who owe it something."""

    desk: CareCredit
    clock: lived_rules.Clock

    def __init__(self) -> None:
        super().__init__()
        self.code = f"L{next(codes)}"
        self.clock.now = worlds.NOW
        self.client = self.desk.add_client(
            self.code, "Acque", profiles=("house_gentle",), by="Anna Bianchi"
        )
        self.world = lived_rules.World(self.desk, self.client.id, self.code)
        self.cases = self.desk.cases(client=self.code)
        self.agreed = self.desk.arrangements(client=self.code)
        self.ledger = self.desk.ledger(client=self.code)
        self.numbers = count(1)

    @initialize()
    def begin(self) -> None:
        for place, number in enumerate(PEOPLE):
            phone = f"+3902{int(self.code[1:]) % 10_000:04}{place:04}"
            worlds.add_customer(
                self.desk.store, self.client.id, number, phone=phone, name=f"{self.code} {number}"
            )
        for place, (number, customer, gross) in enumerate(OWED):
            due_on = worlds.TODAY - timedelta(days=10 - 5 * place)
            issued = due_on - timedelta(days=30)
            self.ledger.invoice(
                number, customer=customer, gross=gross, invoiced_on=issued, due_on=due_on
            )

    @rule(hours=st.sampled_from([1, 5, 24, 24, 72, 200]))
    def time_goes_by(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    @rule()
    def pulse(self) -> None:
        """Live through a pulse, and hear the doorbells that are due."""
        self.desk.pulse(client=self.code)
        self.world.check_nothing_live_is_held()
        for rung in worlds.ring_due(self.desk.store, now=self.clock.now):
            worlds.answer(self.desk.store, rung, now=self.clock.now)
        self.world.check_disputes_are_over()

    @rule(kind=kinds, customer=people, about=some)
    def open_a_case(self, kind: str, customer: str, about: list[str]) -> None:
        self.may(
            lambda: self.cases.open(
                kind, customer=customer, subject="A matter", invoices=about, proof="said so"
            )
        )

    @rule(customer=people, about=some)
    def open_the_overdue_case(self, customer: str, about: list[str]) -> None:
        self.may(lambda: self.cases.open("overdue", customer=customer, invoices=about))

    @rule(event=events, turn=which)
    def something_happens(self, event: str, turn: int) -> None:
        self.with_case(turn, lambda case: self.cases.move(case, event))

    @rule(turn=which)
    def resolve(self, turn: int) -> None:
        self.with_case(turn, lambda case: self.cases.resolve(case, "It was put right."))

    @rule(turn=which)
    def reopen(self, turn: int) -> None:
        self.with_case(turn, lambda case: self.cases.reopen(case, "Not yet right."))

    @rule(turn=which, invoice=invoices)
    def take_an_invoice_off(self, turn: int, invoice: str) -> None:
        self.with_case(turn, lambda case: self.world.unlink(case, invoice))

    @rule(turn=which, invoice=invoices)
    def add_an_invoice(self, turn: int, invoice: str) -> None:
        self.with_case(turn, lambda case: self.world.link(case, invoice))

    @rule(customer=people, invoice=invoices, amount=st.none() | amounts)
    def dispute(self, customer: str, invoice: str, amount: str | None) -> None:
        self.may(
            lambda: self.ledger.dispute(invoice, customer=customer, reason="wrong", amount=amount)
        )

    @rule(invoice=invoices)
    def end_the_dispute(self, invoice: str) -> None:
        self.may(lambda: self.ledger.end_dispute(invoice))

    @rule(customer=people, amount=amounts, after=days, about=some)
    def promise(self, customer: str, amount: str, after: int, about: list[str]) -> None:
        on = self.world.today() + timedelta(days=after)
        self.may(lambda: self.agreed.promise(customer, amount=amount, on=on, invoices=about))

    @rule(customer=people)
    def call_a_promise_off(self, customer: str) -> None:
        for one in self.agreed.promises(customer)[:1]:
            self.may(lambda one=one: self.agreed.cancel_promise(customer, one.id))

    @rule(customer=people, after=days, parts=st.integers(2, 4), about=some)
    def plan(self, customer: str, after: int, parts: int, about: list[str]) -> None:
        first = self.world.today() + timedelta(days=after)
        self.may(
            lambda: self.agreed.propose(
                customer, first_on=first, instalments=parts, every=7, unit="day", invoices=about
            )
        )

    @rule(customer=people)
    def call_a_plan_off(self, customer: str) -> None:
        for one in self.agreed.plans(customer, state="active")[:1]:
            self.may(lambda one=one: self.agreed.cancel(one.id, reason="asked for"))

    @rule(customer=people, amount=amounts, ago=st.sampled_from([0, 0, 1, 5]))
    def pay(self, customer: str, amount: str, ago: int) -> None:
        on = self.world.today() - timedelta(days=ago)
        number = f"P-{next(self.numbers)}"
        self.may(
            lambda: self.ledger.payment(number, customer=customer, amount=amount, received_on=on)
        )

    @rule(number=st.integers(1, 6))
    def the_bank_takes_a_payment_back(self, number: int) -> None:
        on = self.world.today()
        self.may(
            lambda: self.ledger.chargeback(f"P-{number}", number=f"B-{number}", returned_on=on)
        )

    @rule(invoice=invoices, amount=amounts)
    def credit(self, invoice: str, amount: str) -> None:
        customer = next(who for number, who, _ in OWED if number == invoice)
        self.may(
            lambda: self.ledger.credit_note(
                f"N-{next(self.numbers)}", customer=customer, amount=amount,
                credited_on=self.world.today(), on={invoice: amount},
            )
        )  # fmt: skip

    @rule(customer=people, invoice=invoices, amount=amounts)
    def announce_a_payment(self, customer: str, invoice: str, amount: str) -> None:
        on = self.world.today()
        self.may(lambda: self.agreed.announce(customer, invoice, amount=amount, paid_on=on))

    @rule(customer=people, turn=which)
    def end_a_hold_by_hand(self, customer: str, turn: int) -> None:
        wishes = self.desk.wishes(client=self.code, customer=customer)
        standing = wishes.holds()
        if standing:
            self.may(lambda: wishes.end_hold(standing[turn % len(standing)].id))

    @rule(said=st.sampled_from(["", "promise", "contested", "callback", "plan"]), amount=amounts)
    def wrap_up_the_next_call(self, said: str, amount: str) -> None:
        taken = self.desk.take_next(client=self.code)
        if taken is None:
            return
        outcome = self.world.outcome(said, amount, taken)
        if not self.may(lambda: self.desk.wrap_up(taken, **outcome)):
            self.desk.wrap_up(taken, disposition="no_answer")

    @rule(customer=people, turn=which, about=some)
    def somebody_calls_us(self, customer: str, turn: int, about: list[str]) -> None:
        contacts = self.desk.contacts(client=self.code)
        contact = contacts.receive(customer, channel="voice")
        contacts.confirm(contact, identified_by=("birth_date", "address"))
        ids = [self.world.invoice(number) for number in about]
        said = {"disposition": "right_party", "dispute_reason": "wrong", "disputed_invoices": ids}
        cases = self.cases.find(customer=customer)
        told = {"cases": [cases[turn % len(cases)].case.id]} if cases else {}
        if not self.may(lambda: contacts.wrap_up(contact, **(said | told))):
            contacts.wrap_up(contact, disposition="dropped")

    @rule(hours=st.sampled_from(["09:00-17:00", "08:00-20:00", "10:00-12:00"]))
    def agree_other_hours(self, hours: str) -> None:
        week = {name: [hours] for name in ("mon", "tue", "wed", "thu", "fri")}
        self.may(lambda: self.cases.service.save_hours({"zone": "Europe/Rome", "windows": week}))

    @invariant()
    def holds(self) -> None:
        self.world.check()

    def teardown(self) -> None:
        self.clock.now += timedelta(days=120)
        self.pulse()
        self.world.check()
        self.desk.pulse(client=self.code)
        self.world.check_nothing_live_is_held()

    def may(self, act: Callable[[], Any]) -> bool:
        """Do something that may be refused, and then must leave nothing behind."""
        try:
            act()
        except (Refused, Invalid, NotFound):
            return False
        return True

    def with_case(self, turn: int, act: Callable[[Any], Any]) -> None:
        found = self.cases.find()
        if found:
            self.may(lambda: act(found[turn % len(found)].case.id))


class TestLives:
    def test_break_no_invariant_in_whatever_order_things_happen(self, database_url: str) -> None:
        clock = lived_rules.Clock()
        desk = CareCredit(
            Settings(database_url=database_url, secret_key=SECRET.decode()),
            caller=Caller("lives"),
            clock=clock,
        )

        class Mine(Machine):
            pass

        Mine.desk, Mine.clock = desk, clock
        run_state_machine_as_test(  # type: ignore[no-untyped-call] # hypothesis has no types here
            Mine,
            settings=settings(
                max_examples=max(STEPS // STEPS_A_LIFE, LIVES),
                stateful_step_count=STEPS_A_LIFE,
                derandomize=not STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=PHASES,
            ),
        )
        assert worlds.broken_chains(desk.store) == {}
        desk.close()
