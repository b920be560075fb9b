"""Lives of one customer by chance: whatever happens, no euro serves two words."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

import servers
import worlds
from agreements import Agreed, noon
from carecredit.arrangements import model, operations
from carecredit.arrangements.operations import NewPlan
from carecredit.arrangements.rules import Rhythm, Unit
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import EntryId
from carecredit.receivables.model import LedgerEntry
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, TODAY

DAYS = 15
CLOSED = {"kept", "partly_kept", "broken", "superseded", "cancelled"}


class Life:
    """A customer who promises, plans, pays and takes back by chance, a day after the other."""

    def __init__(self, store: Store, seed: int) -> None:
        self.agreed, self.chance = Agreed(store), Random(seed)
        self.agreed.terms(plan_missed_max=3)
        self.f3 = worlds.add_invoice(
            store, self.agreed.client_id, self.agreed.customer_id, "F-3", gross_minor=900_000
        )
        self.day, self.count, self.paid = TODAY, 0, list[EntryId]()

    def live(self) -> None:
        acts = (*[self.promise] * 3, *[self.pay] * 3, self.plan, self.take_back, self.end)
        acts = (*acts, self.change, lambda: self.agreed.review(self.day))
        for _ in range(self.chance.randint(0, 6)):
            with suppress(Invalid, Refused):  # what is refused has changed nothing
                self.chance.choice(acts)()
        self.agreed.review(self.day)

    def promise(self) -> None:
        worlds.promise(
            self.agreed.store, self.agreed.client_id, self.agreed.customer_id,
            amount_minor=self.chance.randint(1, 3_000), now=noon(self.day),
            promised_on=self.day + timedelta(days=self.chance.randint(0, 6)),
        )  # fmt: skip

    def wish(self) -> NewPlan:
        first = self.day + timedelta(days=self.chance.randint(0, 4))
        rhythm = Rhythm(first_on=first, every=self.chance.randint(1, 9), unit=Unit.DAYS)
        count = self.chance.randint(1, 6)
        chosen = self.chance.choice(((), (self.agreed.f1,), (self.f3,)))
        return self.agreed.wish(count, rhythm=rhythm, reason="x", invoices=chosen)

    def plan(self) -> None:
        with self.agreed.store.begin(CENTRE_CALLER) as session:
            operations.propose_plan(
                session, client_id=self.agreed.client_id, plan=self.wish(), now=noon(self.day)
            )

    def change(self) -> None:
        for plan in self.agreed.plans():
            if plan.card.state == "active":
                act = operations.renegotiate_plan
                self.agreed.act(act, plan, plan=self.wish(), now=noon(self.day))

    def end(self) -> None:
        for plan in self.agreed.plans():
            if plan.card.state == "active":
                self.agreed.act(operations.cancel_plan, plan, reason="x", now=noon(self.day))

    def pay(self) -> None:
        self.count += 1
        receipt = self.agreed.pay(
            f"P-{self.count}", self.chance.randint(1, 4_000), self.day, now=noon(self.day)
        )
        self.paid.append(receipt.entry_id)

    def take_back(self) -> None:
        if self.paid:
            self.agreed.take_back(self.paid.pop(), self.day)

    def read(self, *columns: Any) -> list[Any]:
        with self.agreed.store.read(CENTRE_CALLER) as session:
            table = columns[0].class_
            query = select(*columns).where(table.client_id == self.agreed.client_id)
            return list(session.execute(query))

    def check(self) -> None:
        promises = self.read(
            model.PromiseToPay.id, model.PromiseToPay.state, model.PromiseToPay.kept_minor,
            model.PromiseToPay.amount_minor,
        )  # fmt: skip
        payments = dict(map(tuple, self.read(LedgerEntry.id, LedgerEntry.amount_minor)))
        for entry_id, minor in self.agreed.served().items():
            assert minor <= payments[entry_id]
        assert sum(state == "active" for _, state, _, _ in promises) <= 1
        by_word = self.served_by_word()
        for key, state, kept, amount in promises:
            assert state in CLOSED | {"active"}
            if state != "active":
                assert by_word.get((key, 0), 0) == (kept or 0) <= amount
        for plan in self.agreed.plans():
            parts = plan.instalments
            assert sum(part.amount_minor for part in parts) == plan.card.amount_minor
            assert plan.card.version == len(plan.events)
            if plan.card.state != "active":
                found = [by_word.get((plan.card.id, part.position), 0) for part in parts]
                assert found == [part.paid_minor for part in parts]

    def served_by_word(self) -> dict[Any, int]:
        table = model.ServedShare
        with self.agreed.store.read(CENTRE_CALLER) as session:
            rows = session.execute(
                select(table.source_id, table.position, func.sum(table.amount_minor))
                .where(table.client_id == self.agreed.client_id)
                .group_by(table.source_id, table.position)
            )
            return {(source, place): int(minor) for source, place, minor in rows}


@pytest.mark.parametrize("seed", range(6))
def test_a_life_by_chance_breaks_nothing(seed: int, sqlite_template: Path, tmp_path: Path) -> None:
    url = servers.copy_database(sqlite_template, tmp_path / "life.db")
    with servers.opened(url) as store:
        life = Life(store, seed)
        for ahead in range(DAYS):
            life.day = TODAY + timedelta(days=ahead)
            life.live()
            life.check()
            before = (life.served_by_word(), life.agreed.plans())
            life.agreed.review(life.day)

            # A second look on the same day finds nothing new.
            assert (life.served_by_word(), life.agreed.plans()) == before
        assert worlds.broken_chains(store) == {}
