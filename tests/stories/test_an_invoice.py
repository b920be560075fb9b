"""The life of an invoice: we call, a promise is given and kept, nothing more is asked."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import servers
import worlds
from carecredit.desk import CareCredit
from carecredit.kernel.errors import NotFound
from carecredit.mandates.views import Client
from carecredit.settings import Settings
from carecredit.store.session import Caller
from carecredit.worklist.views import Taken


class Hands:
    """A clock whose hands the story moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 2, 7, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_to(self, month: int, day: int, hour: int = 7, minute: int = 0) -> None:
        self.now = datetime(2026, month, day, hour, minute, tzinfo=UTC)


class Story:
    """A desk over one database, the clock, and the files of one client company."""

    def __init__(self, url: str, folder: Path) -> None:
        self.clock = Hands()
        settings = Settings(database_url=url, secret_key=servers.SECRET.decode())
        self.desk = CareCredit(settings, caller=Caller("story"), clock=self.clock)
        self.client: Client = self.desk.add_client(
            "ACQ", "Acque di Prova", profiles=("house_gentle",), by="Anna Bianchi"
        )
        self.folder = folder

    def bring(self, client: str = "ACQ", **files: worlds.Rows) -> None:
        """Take in what the client company sends today."""
        folder = self.folder / f"{client}-{self.clock.now:%m%d%H%M}"
        self.desk.import_ledger(worlds.write_ledger(folder, **files), client=client)

    def morning(self) -> None:
        """Live through the pulse and the rings of a morning; calls go to the worklist."""
        self.desk.pulse()
        for rung in worlds.ring_due(self.desk.store, now=self.clock.now):
            worlds.answer(self.desk.store, rung, now=self.clock.now)

    def call(self) -> Taken:
        """Take the next call; there is one."""
        taken = self.desk.take_next(client="ACQ")
        assert taken is not None
        return taken

    def code(self, number: str = "K-1") -> str:
        """Say what comes next for a customer."""
        return self.desk.plan(client="ACQ", customer=number).code

    def states(self, number: str = "K-1") -> list[str]:
        """List how a customer's touches stand, oldest first."""
        with self.desk.store.read(self.desk.caller) as session:
            found = worlds.customer_numbered(session, self.client.id, number)
        touches = worlds.touches(self.desk.store, self.client.id, found)
        return [f"{one.step_key}:{one.status}" for one in reversed(touches)]


@pytest.fixture
def story(database_url: str, tmp_path: Path):  # type: ignore[no-untyped-def] # noqa: ANN201 - a fixture that closes
    story = Story(database_url, tmp_path)
    yield story
    assert worlds.broken_chains(story.desk.store) == {}
    story.desk.close()


CUSTOMER = worlds.customer_row(name="Officina Rossi", email="")
INVOICE = worlds.invoice_row(
    "INV-1042", invoice_date="2026-05-02", due_date="2026-05-31", gross_amount="1250.00"
)
PAID = worlds.payment_row(invoice_id="INV-1042", amount="1250.00", payment_date="2026-06-19")


class TestAnInvoice:
    def test_is_lived_through_from_the_file_to_the_figures(self, story: Story) -> None:
        story.bring(customers=[CUSTOMER], invoices=[INVOICE])
        assert story.code() == "waiting"

        story.clock.go_to(5, 7, 8, 30)  # five days after issue, half past ten in Rome
        story.morning()
        taken = story.call()
        assert taken.card.customer.name == "Officina Rossi"
        assert taken.card.item.step_key == "courtesy_call"
        story.desk.wrap_up(taken, disposition="right_party", note="It arrived, all is clear.")

        story.clock.go_to(6, 8, 8)  # eight days past due
        story.morning()
        taken = story.call()
        assert [one.disposition for one in taken.card.contacts] == ["right_party"]
        story.desk.wrap_up(
            taken,
            disposition="right_party",
            non_payment_reason="forgotten",
            promise={"amount": "1250.00", "currency": "EUR", "promised_on": "2026-06-20"},
        )

        for day in (9, 15, 18):  # silence, on purpose
            story.clock.go_to(6, day)
            story.morning()
            assert story.code() == "held"
            assert story.desk.take_next(client="ACQ") is None

        story.clock.go_to(6, 19, 12)
        story.bring(payments=[PAID])
        (pulse,) = story.desk.pulse()
        assert (pulse.promises_kept, pulse.promises_broken) == (1, 0)
        assert story.code() == "nothing_open"

        story.clock.go_to(6, 30, 16)
        story.morning()
        assert story.states() == ["courtesy_call:done", "follow_up:done"]
        end = date(2026, 6, 30)
        open_now = story.desk.metric("receivables.open", client="ACQ", as_of=end)
        open_then = story.desk.metric("receivables.open", client="ACQ", as_of=date(2026, 6, 18))
        assert (str(open_now.value), str(open_then.value)) == ("0.00", "1250.00")


class TestADispute:
    def test_silences_its_invoice_until_the_client_company_says_it_is_settled(
        self, story: Story
    ) -> None:
        story.clock.go_to(6, 8)
        story.bring(customers=[CUSTOMER], invoices=[INVOICE])
        story.morning()
        taken = story.call()
        story.desk.wrap_up(
            taken,
            disposition="right_party",
            non_payment_reason="contested",
            disputed_invoices=[str(taken.card.invoices[0].id)],
            dispute_reason="billed twice",
        )
        assert story.code() == "held"

        story.clock.go_to(7, 1)
        story.morning()
        assert story.desk.take_next(client="ACQ") is None
        settled = {"disputed_from": "2026-06-08", "disputed_to": "2026-07-02"}
        story.bring(invoices=[INVOICE | settled])

        story.clock.go_to(7, 2, 8)
        story.morning()
        assert story.code() == "listening_call"


class TestABrokenPromise:
    def test_is_followed_by_one_kind_word_and_no_earlier_than_the_grace(self, story: Story) -> None:
        story.clock.go_to(6, 8)
        story.bring(customers=[CUSTOMER], invoices=[INVOICE])
        story.morning()
        story.desk.wrap_up(
            story.call(),
            disposition="right_party",
            promise={"amount": "1250.00", "currency": "EUR", "promised_on": "2026-06-12"},
        )
        # Friday and three working days for the bank.
        story.clock.go_to(6, 17, 21, 59)
        assert story.desk.pulse()[0].promises_broken == 0

        story.clock.go_to(6, 18)
        (pulse,) = story.desk.pulse()

        assert (pulse.promises_broken, pulse.planned) == (1, 1)
        assert story.code() == "listening_call"


class TestACustomerOfTwoCompanies:
    def test_is_called_by_one_of_them_and_neither_learns_of_the_other(self, story: Story) -> None:
        gas = story.desk.add_client(
            "GAS", "Gas di Prova", profiles=("house_gentle",), by="Anna Bianchi"
        )
        story.clock.go_to(6, 8)
        story.bring(customers=[CUSTOMER], invoices=[INVOICE])
        story.bring("GAS", customers=[CUSTOMER | {"customer_id": "G-9"}], invoices=[
            INVOICE | {"customer_id": "G-9"}
        ])  # fmt: skip
        story.morning()
        taken = story.call()
        story.desk.wrap_up(taken, disposition="right_party")

        # One talk a week with a person, whoever it is for.
        assert story.desk.take_next(client="GAS") is None
        with story.desk.store.read(worlds.only(gas.id)) as session:
            whom = worlds.customer_numbered(session, gas.id, "G-9")
        (touch,) = worlds.touches(story.desk.store, gas.id, whom)
        assert touch.due_at >= story.clock.now + timedelta(days=5)
        assert "ACQ" not in repr(touch)
        with pytest.raises(NotFound):
            story.desk.take_next(client="NOBODY")
