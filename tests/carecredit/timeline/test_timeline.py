"""A customer's story: in one order, page by page, whatever came meanwhile."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import worlds
from carecredit.arrangements.operations import review_arrangements
from carecredit.arrangements.rules import PlanState, PromiseState
from carecredit.cases.rules import ExpectationState, case_policy
from carecredit.customers.queries import UnknownCustomer
from carecredit.holds.operations import contest, resolve_dispute
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, new_id
from carecredit.outreach.operations import NewContact, receive, wrap_up
from carecredit.outreach.rules import Disposition, WrapUp
from carecredit.receivables.rules import EntryKind, InvoiceKind
from carecredit.store.session import Store
from carecredit.timeline.queries import timeline
from carecredit.timeline.rules import LANGUAGES, Kind, Place, place_of, told
from carecredit.timeline.views import Line, Page
from worlds import CENTRE_CALLER, NOW


class Life:
    """A customer to whom things happen."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.client_id: ClientId = worlds.found_client(store)
        self.customer_id: CustomerId = worlds.add_customer(store, self.client_id, "K-1")
        self.other = worlds.add_customer(store, self.client_id, "K-2")
        self.invoice_id = worlds.add_invoice(store, self.client_id, self.customer_id, "F-1")
        worlds.add_invoice(store, self.client_id, self.other, "F-2")
        worlds.pay(store, self.client_id, self.customer_id, amount_minor=2_000)

    def talk(self, note: str, *, at: datetime = NOW) -> None:
        """Speak with the customer."""
        with self.store.begin(CENTRE_CALLER) as session:
            contact_id = receive(
                session,
                client_id=self.client_id,
                contact=NewContact(self.customer_id, "voice"),
                operator_id=None,
                now=at,
            )
            wrap_up(
                session,
                client_id=self.client_id,
                contact_id=contact_id,
                operator_id=None,
                wrap_up=WrapUp(Disposition.RIGHT_PARTY, note=note),
                now=at,
            )

    def tell(self, **asked: Any) -> Page:
        """Read a page of the story."""
        with self.store.read(CENTRE_CALLER) as session:
            return timeline(
                session, client_id=self.client_id, customer_id=self.customer_id, **asked
            )

    def pages(self, limit: int) -> Iterator[Line]:
        """Read the story to its end, some lines at a time."""
        page = self.tell(limit=limit)
        yield from page.lines
        while page.after is not None:
            page = self.tell(limit=limit, after=page.after)
            yield from page.lines


@pytest.fixture
def life(store: Store) -> Life:
    """Give a customer with an invoice and a payment."""
    return Life(store)


def codes(lines: Any) -> list[str]:
    return [it.code for it in lines]


class TestTimeline:
    def test_tells_invoices_money_and_talks_newest_first(self, life: Life) -> None:
        life.talk("asks for a copy")

        told = life.tell().lines

        assert set(codes(told)) == {"invoice.invoice", "money.payment", "contact.in"}
        assert [it.place for it in told] == sorted((it.place for it in told), reverse=True)
        (talk,) = [it for it in told if it.kind == "contact"]
        assert talk.note == "asks for a copy"
        assert talk.sentence["it"] == (
            "Il cliente ci ha cercati (telefono): abbiamo parlato con la persona."
        )

    def test_writes_amounts_and_days_as_each_language_does(self, life: Life) -> None:
        (issued,) = life.tell(kinds=[Kind.INVOICE]).lines

        assert "€120.00" in issued.sentence["en"]
        assert "120,00\xa0€" in issued.sentence["it"]

    def test_tells_a_dispute_of_one_day_in_its_order(self, life: Life) -> None:
        with life.store.begin(CENTRE_CALLER) as session:
            dispute_id = contest(
                session,
                client_id=life.client_id,
                customer_id=life.customer_id,
                invoice_id=life.invoice_id,
                reason="billed twice",
                now=NOW,
            )
            resolve_dispute(
                session,
                client_id=life.client_id,
                dispute_id=dispute_id,
                disputed_to=worlds.TODAY,
                now=NOW,
            )

        assert codes(life.tell(kinds=[Kind.DISPUTE]).lines) == ["dispute.ended", "dispute.opened"]
        assert codes(life.pages(1)) == codes(life.tell().lines)

    def test_tells_a_promise_and_how_it_ended(self, life: Life) -> None:
        worlds.promise(life.store, life.client_id, life.customer_id, amount_minor=5_000)
        with life.store.begin(CENTRE_CALLER) as session:
            review_arrangements(session, client_id=life.client_id, now=NOW + timedelta(days=30))

        lines = life.tell(kinds=[Kind.PROMISE]).lines
        assert lines[-1].code == "promise.given"
        assert len(lines) == 2

    def test_of_a_page_by_page_is_the_whole_however_long_the_pages(self, life: Life) -> None:
        for at in (NOW, NOW, NOW + timedelta(seconds=1), NOW - timedelta(days=3)):
            life.talk("again", at=at)
        whole = life.tell(limit=200).lines

        for limit in (1, 2, 3, 5):
            assert tuple(life.pages(limit)) == whole

    def test_does_not_shift_by_what_comes_meanwhile(self, life: Life) -> None:
        for _ in range(3):
            life.talk("before")
        first = life.tell(limit=2)
        rest = life.tell(after=first.after).lines

        life.talk("meanwhile", at=NOW + timedelta(hours=1))

        assert life.tell(after=first.after).lines == rest

    def test_leaves_out_what_was_before_a_day(self, life: Life) -> None:
        life.talk("today")

        # What has a day alone counts from the day on, whatever the hour.
        assert codes(life.tell(since=NOW).lines) == ["contact.in", "money.payment"]

    def test_of_another_company_is_not_there(self, life: Life) -> None:
        other = worlds.found_client(life.store, "TEL")

        with life.store.read(worlds.only(other)) as session, pytest.raises(UnknownCustomer):
            timeline(session, client_id=other, customer_id=life.customer_id)

    @pytest.mark.parametrize("limit", [0, 201])
    def test_has_pages_of_a_bounded_length(self, life: Life, limit: int) -> None:
        with pytest.raises(Invalid):
            life.tell(limit=limit)


class TestWords:
    def test_tell_whatever_may_happen(self) -> None:
        happens = {
            *(f"plan.{state}" for state in {*PlanState, "proposed", "agreed", "missed"}),
            *(f"promise.{state}" for state in PromiseState),
            *(f"case.{event}" for event in case_policy().events),
            *(f"expectation.{state}" for state in ExpectationState),
            *(f"money.{kind}" for kind in EntryKind),
            *(f"invoice.{kind}" for kind in InvoiceKind),
        } - {"plan.active", "promise.active", "expectation.open"}  # so they begin: told as such

        anything = dict.fromkeys(
            ("amount", "number", "kind", "subject", "what", "due_on", "promised_on"), "2026-06-08"
        )
        for language in LANGUAGES:
            silent = {one for one in happens if told(one, anything, language=language)[-1] != "."}
            assert silent == set()

    @pytest.mark.parametrize(
        ("day", "it", "en"),
        [
            ("2026-06-01", "il 1º giugno 2026", "1 June 2026"),
            ("2026-06-08", "l’8 giugno 2026", "8 June 2026"),
            ("2026-06-11", "l’11 giugno 2026", "11 June 2026"),
            ("2026-06-18", "il 18 giugno 2026", "18 June 2026"),
        ],
    )
    def test_say_a_day_as_people_do(self, day: str, it: str, en: str) -> None:
        data = {"amount": "90 EUR", "promised_on": day}

        assert told("promise.broken", data, language="it").endswith(f"90 EUR entro {it}.")
        assert told("promise.broken", data, language="en").endswith(f"90 EUR by {en}.")


class TestPlace:
    @given(
        after=st.timedeltas(timedelta(days=-50_000), timedelta(days=50_000)),
        rank=st.integers(0, 60),
    )
    def test_is_read_as_it_was_written(self, after: timedelta, rank: int) -> None:
        place = Place(NOW + after, rank, new_id())

        assert place_of(place.packed()) == place

    def test_of_other_bytes_is_refused(self) -> None:
        with pytest.raises(Invalid):
            place_of(b"x")
