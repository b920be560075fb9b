"""Random lives: cases, holds, promises, plans, money, talks and merges break no invariant.

`make lives STEPS=100000` goes on for longer, by another way each time.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import msgspec
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
STEPS_A_LIFE, LIVES = 30, 8
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
PEOPLE = ("K-1", "K-2")
OWED = (("F-1", "K-1", "400.00"), ("F-2", "K-1", "250.00"), ("F-3", "K-2", "500.00"))
codes = count(1)

amounts = st.sampled_from(["10.00", "40.00", "80.00", "120.00"])
days = st.integers(0, 25)
which = st.integers(0, 7)
"""Of what there is, the one whose turn it is."""
HOURS = (1, 5, 24, 24, 48, 72, 120, 200)
KINDS = ("complaint", "dispute") * 3 + ("hardship", "question")
EVENTS = ("customer_wrote", "customer_thanked", "answered", "asked_customer", "asked_client",
          "client_answered", "resumed", "customer_wrote")  # fmt: skip
SAID = ("", "promise", "contested", "callback", "plan")
ACTS = (
    "time_goes_by", "time_goes_by", "pulse", "pulse", "open_a_case", "open_a_case",
    "open_the_overdue_case", "something_happens", "resolve", "reopen", "take_an_invoice_off",
    "add_an_invoice", "dispute", "end_the_dispute", "promise", "call_a_promise_off", "plan",
    "call_a_plan_off", "pay", "pay", "the_bank_takes_a_payment_back", "credit",
    "announce_a_payment", "end_a_hold_by_hand", "wrap_up_the_next_call", "somebody_calls_us",
    "agree_other_hours", "want_no_messages", "turn_out_to_be_one", "turn_out_to_be_two",
)  # fmt: skip


class Drawn(msgspec.Struct, frozen=True):
    """What a step is about; each takes of it what it needs."""

    turn: int
    owed: tuple[str, str, str]
    amount: str
    after: int

    @property
    def invoice(self) -> str:
        """Give the number of an invoice."""
        return self.owed[0]

    @property
    def customer(self) -> str:
        """Give the number of who owes it."""
        return self.owed[1]

    @property
    def about(self) -> tuple[str, ...]:
        """Name the invoice, every one of the customer's, or none."""
        mine = tuple(number for number, customer, _ in OWED if customer == self.customer)
        return ((self.invoice,), mine, ())[self.turn % 3]


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

    @rule(act=st.sampled_from(ACTS), turn=which, owed=st.sampled_from(OWED), amount=amounts,
          after=days)  # fmt: skip
    def live(self, act: str, **drawn: Any) -> None:
        """Let one thing happen: of many rules Hypothesis would leave most out of a life."""
        self.clock.now += timedelta(seconds=1)  # no two things happen in the same microsecond
        getattr(self, act)(Drawn(**drawn))

    def time_goes_by(self, it: Drawn) -> None:
        self.clock.now += timedelta(hours=HOURS[it.turn])

    def pulse(self, _it: Drawn | None = None) -> None:
        """Live through a pulse, and hear the doorbells that are due."""
        self.desk.pulse(client=self.code)
        self.world.check_nothing_live_is_held()
        self.world.check_disputes_are_over()
        for rung in worlds.ring_due(self.desk.store, now=self.clock.now):
            worlds.answer(self.desk.store, rung, now=self.clock.now)

    def open_a_case(self, it: Drawn) -> None:
        kind, told = KINDS[it.turn], {"subject": "A matter", "proof": "said so"}
        self.may(lambda: self.cases.open(kind, customer=it.customer, invoices=it.about, **told))

    def open_the_overdue_case(self, it: Drawn) -> None:
        self.may(lambda: self.cases.open("overdue", customer=it.customer, invoices=it.about))

    def something_happens(self, it: Drawn) -> None:
        event = EVENTS[it.after % len(EVENTS)]
        self.with_case(it, lambda case: self.cases.move(case, event))

    def resolve(self, it: Drawn) -> None:
        self.with_case(it, lambda case: self.cases.resolve(case, "It was put right."))

    def reopen(self, it: Drawn) -> None:
        self.with_case(it, lambda case: self.cases.reopen(case, "Not yet right."), "resolved")

    def take_an_invoice_off(self, it: Drawn) -> None:
        self.with_case(it, lambda case: self.world.unlink(case, it.invoice))

    def add_an_invoice(self, it: Drawn) -> None:
        self.with_case(it, lambda case: self.world.link(case, it.invoice))

    def dispute(self, it: Drawn) -> None:
        part = {"amount": it.amount} if it.turn % 2 else {}
        self.may(
            lambda: self.ledger.dispute(it.invoice, customer=it.customer, reason="wrong", **part)
        )

    def end_the_dispute(self, it: Drawn) -> None:
        self.may(lambda: self.ledger.end_dispute(it.invoice))

    def promise(self, it: Drawn) -> None:
        told = {"amount": it.amount, "on": self.world.today() + timedelta(days=it.after)}
        self.may(lambda: self.agreed.promise(it.customer, invoices=it.about, **told))

    def call_a_promise_off(self, it: Drawn) -> None:
        for one in self.agreed.promises(it.customer)[:1]:
            self.may(partial(self.agreed.cancel_promise, it.customer, one.id))

    def plan(self, it: Drawn) -> None:
        first = self.world.today() + timedelta(days=it.after)
        wish = {"first_on": first, "instalments": 2 + it.turn % 3, "every": 7, "unit": "days"}
        self.may(lambda: self.agreed.propose(it.customer, invoices=it.about, **wish))

    def call_a_plan_off(self, it: Drawn) -> None:
        for one in self.agreed.plans(it.customer, state="active")[:1]:
            self.may(partial(self.agreed.cancel, one.id, reason="asked for"))

    def pay(self, it: Drawn) -> None:
        on = self.world.today() - timedelta(days=it.turn // 3)
        number, told = f"P-{next(self.numbers)}", {"amount": it.amount, "received_on": on}
        self.may(lambda: self.ledger.payment(number, customer=it.customer, **told))

    def the_bank_takes_a_payment_back(self, it: Drawn) -> None:
        told = {"number": f"B-{next(self.numbers)}", "returned_on": self.world.today()}
        self.may(lambda: self.ledger.chargeback(f"P-{it.turn + 1}", **told))

    def credit(self, it: Drawn) -> None:
        told = {"amount": it.amount, "credited_on": self.world.today()}
        number, on = f"N-{next(self.numbers)}", {it.invoice: it.amount}
        self.may(lambda: self.ledger.credit_note(number, customer=it.customer, on=on, **told))

    def announce_a_payment(self, it: Drawn) -> None:
        told = {"amount": it.amount, "paid_on": self.world.today()}
        self.may(lambda: self.agreed.announce(it.customer, it.invoice, **told))

    def end_a_hold_by_hand(self, it: Drawn) -> None:
        wishes = self.desk.wishes(client=self.code, customer=it.customer)
        standing = wishes.holds()
        if standing:
            self.may(lambda: wishes.end_hold(standing[it.turn % len(standing)].id))

    def wrap_up_the_next_call(self, it: Drawn) -> None:
        taken = self.desk.take_next(client=self.code)
        if taken is None:
            return
        outcome = self.world.outcome(SAID[it.after % len(SAID)], it.amount, taken)
        if not self.may(lambda: self.desk.wrap_up(taken, **outcome)):
            self.desk.wrap_up(taken, disposition="no_answer")

    def somebody_calls_us(self, it: Drawn) -> None:
        contacts = self.desk.contacts(client=self.code)
        contact = contacts.receive(it.customer, channel="voice")
        contacts.confirm(contact, identified_by=("birth_date", "address"))
        ids = [self.world.invoice(number) for number in it.about]
        said = {"disposition": "right_party", "dispute_reason": "wrong", "disputed_invoices": ids}
        cases = self.cases.find(customer=it.customer)
        told = {"cases": [cases[it.turn % len(cases)].case.id]} if cases else {}
        if not self.may(lambda: contacts.wrap_up(contact, **(said | told))):
            contacts.wrap_up(contact, disposition="dropped")

    def agree_other_hours(self, it: Drawn) -> None:
        shift = [f"{8 + it.turn % 3:02}:00-17:00"]
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), shift)
        self.may(lambda: self.cases.service.save_hours({"zone": "Europe/Rome", "week": week}))

    def want_no_messages(self, it: Drawn) -> None:
        self.world.refuse(it.customer)

    def turn_out_to_be_one(self, it: Drawn) -> None:
        self.may(lambda: self.world.merge(*PEOPLE[:: 1 if it.turn % 2 else -1]))

    def turn_out_to_be_two(self, it: Drawn) -> None:
        self.may(lambda: self.world.part(it.customer))

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

    def with_case(self, it: Drawn, act: Callable[[Any], Any], state: str = "") -> None:
        wanted = {"states": [state]} if state else {"unresolved": True}
        if it.turn == 0:
            wanted = {}
        found = self.cases.find(customer=it.customer, **wanted)
        if found:
            self.may(lambda: act(found[it.turn % len(found)].case.id))


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
