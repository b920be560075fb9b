"""What a person says about contact is kept with its proof, and what it refused outlives it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

import worlds
from carecredit.contact_policy.queries import contactability
from carecredit.contact_policy.rules import Verdict
from carecredit.customers import model, operations, queries
from carecredit.customers.rules import CareNeed, Consent, Preference, Scope, read_hours
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, ContactPointId, CustomerId, new_id
from carecredit.outreach.operations import ErasureRefused, erase
from carecredit.store.base import Base
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
PHONE, MAIL = "+390612345678", "mario@example.org"
LATER = timedelta(days=1)


class Desk:
    """A customer of a client company, and what is done about it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.client_id = worlds.found_client(store)
        worlds.approve(store, self.client_id)
        self.customer_id = worlds.add_customer(
            store, self.client_id, phone=PHONE, email=MAIL, name="Mario Verdi"
        )

    def do(self, act: Callable[..., Any], **told: Any) -> Any:
        told = {"client_id": self.client_id, "customer_id": self.customer_id, "now": NOW} | told
        with self.store.begin(worlds.only(self.client_id, name="Anna")) as session:
            return act(session, **told)

    def read(self, ask: Callable[..., Any], **told: Any) -> Any:
        told = {"client_id": self.client_id, "customer_id": self.customer_id} | told
        with self.store.read(worlds.only(self.client_id)) as session:
            return ask(session, **told)

    def state(self, stance: str, channel: str | None, purpose: str | None, **told: Any) -> Any:
        consent = Consent(Scope(channel, purpose), stance, told.pop("starts_at", NOW), None)
        return self.do(
            operations.state_consent,
            consent=consent, **{"basis": "letter", "proof": "letter of 5 June"} | told,
        )  # fmt: skip

    def prefer(self, **wish: Any) -> Any:
        facts: dict[str, Any] = {"hours": None, "hours_for": (), "channels": (), "language": None}
        preference = Preference(**facts | wish, starts_at=NOW, ends_at=None)
        return self.do(operations.prefer, preference=preference, basis="call")

    def need(self, kind: str, *, needed: bool = True) -> Any:
        need = CareNeed(kind, needed, NOW, None, None)
        return self.do(operations.state_need, need=need, basis="call")

    def ask(self, channel: str = "voice", purpose: str = "service", **told: Any) -> Verdict:
        told = {"now": NOW} | told
        found: Verdict = self.read(contactability, channel=channel, purpose=purpose, **told)
        return found

    def codes(self, *asked: str, **told: Any) -> list[str]:
        return [reason.code for reason in self.ask(*asked, **told).reasons]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


class TestStateConsent:
    def test_keeps_who_said_what_when_and_how(self, desk: Desk) -> None:
        desk.state("granted", "email", "marketing", starts_at=NOW - LATER)

        (found,) = desk.read(queries.consents)

        assert (found.stance, found.basis, found.proof) == ("granted", "letter", "letter of 5 June")
        assert (found.starts_at, found.recorded_at, found.recorded_by) == (NOW - LATER, NOW, "Anna")
        assert desk.read(queries.consents, known_at=NOW - LATER) == []

    def test_stops_the_channel_and_purpose_that_were_refused(self, desk: Desk) -> None:
        desk.state("refused", "voice", "debt_collection")

        assert desk.codes("voice", "debt_collection") == ["opt_out"]
        assert desk.ask("voice", "service").allowed
        assert desk.ask("email", "debt_collection").allowed

    def test_lifts_by_a_wider_word_and_not_by_a_narrower_one(self, desk: Desk) -> None:
        desk.state("refused", "voice", None)
        desk.state("lifted", "voice", "service")
        assert desk.codes("voice") == ["opt_out"]

        desk.state("lifted", None, None)

        assert desk.ask("voice").allowed
        assert len(desk.read(queries.consents)) == 3

    def test_permits_advertising_only_where_it_was_granted(self, desk: Desk) -> None:
        assert "hold:consent_missing" in desk.codes("email", "marketing")
        desk.state("granted", "email", "marketing")
        assert "hold:consent_missing" not in desk.codes("email", "marketing")
        assert "hold:consent_missing" in desk.codes("sms", "marketing")

    def test_wants_a_proof_and_a_known_basis(self, desk: Desk) -> None:
        with pytest.raises(Invalid, match="proves"):
            desk.state("refused", None, None, proof=" ")
        with pytest.raises(Invalid, match="way of saying"):
            desk.state("refused", None, None, basis="rumour")

    def test_is_of_no_customer_of_another_company(self, desk: Desk) -> None:
        other = worlds.found_client(desk.store, "GAS")

        with pytest.raises(queries.UnknownCustomer):
            desk.do(
                operations.opt_out, client_id=other, channel=None, proof="x",
            )  # fmt: skip

    def test_holds_for_every_name_of_a_mailbox(self, desk: Desk) -> None:
        desk.do(operations.opt_out, channel="email", proof="mail of 5 June", basis="email")
        other_id = worlds.add_customer(
            desk.store, desk.client_id, "K-2", email="mario+news@example.org", name="Mario Verdi"
        )

        with desk.store.read(worlds.only(desk.client_id)) as session:
            verdict = contactability(
                session, client_id=desk.client_id, customer_id=other_id, channel="email",
                purpose="service", now=NOW,
            )  # fmt: skip

        assert [reason.code for reason in verdict.reasons] == ["opt_out"]

    def test_silences_a_customer_without_any_contact_point(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        worlds.approve(store, client_id)
        customer_id = worlds.add_customer(store, client_id)
        with store.begin(CENTRE_CALLER) as session:
            operations.opt_out(
                session, client_id=client_id, customer_id=customer_id, channel=None,
                proof="said so", now=NOW,
            )  # fmt: skip
        worlds.add_customer(store, client_id, phone=PHONE)

        with store.read(CENTRE_CALLER) as session:
            verdict = contactability(
                session, client_id=client_id, customer_id=customer_id, channel="voice",
                purpose="service", now=NOW,
            )  # fmt: skip

        assert [reason.code for reason in verdict.reasons] == ["opt_out"]


class TestPrefer:
    def test_narrows_the_hours_and_tells_the_first_that_suits(self, desk: Desk) -> None:
        desk.prefer(hours=read_hours({"mon": ["18:00-19:00"]}), hours_for=("voice",))

        verdict = desk.ask("voice")

        assert [reason.code for reason in verdict.reasons] == ["outside_window"]
        assert verdict.not_before == NOW + timedelta(hours=9)
        assert desk.ask("email").allowed

    def test_closes_the_channels_that_were_not_asked_for(self, desk: Desk) -> None:
        desk.prefer(channels=("email",))

        assert desk.codes("voice") == ["opt_out"]
        assert desk.ask("email").allowed

    def test_counts_by_the_latest_wish_alone(self, desk: Desk) -> None:
        desk.prefer(channels=("email",))
        desk.prefer(language="en")

        assert desk.ask("voice").allowed
        assert [one.language for one in desk.read(queries.preferences)] == [None, "en"]


class TestStateNeed:
    def test_stops_asking_for_money_while_somebody_needs_a_pause(self, desk: Desk) -> None:
        desk.need("pause")

        assert desk.codes("voice", "debt_collection") == ["hold:vulnerability"]
        assert desk.ask("voice", "service").allowed

        desk.need("pause", needed=False)
        assert desk.ask("voice", "debt_collection").allowed

    def test_closes_a_channel_without_telling_why(self, desk: Desk) -> None:
        desk.need("written_only")

        assert desk.codes("voice") == ["opt_out"]
        assert desk.ask("email").allowed

    def test_is_not_told_by_the_audit(self, desk: Desk) -> None:
        desk.need("interpreter")

        with desk.store.read(CENTRE_CALLER) as session:
            told = session.execute(text("SELECT data FROM audit_entries")).scalars().all()
        assert not any("interpreter" in data for data in told)

    def test_is_of_a_closed_list(self, desk: Desk) -> None:
        with pytest.raises(Invalid, match="no need known"):
            desk.need("migraine")


class TestContactPoints:
    def add(self, desk: Desk, kind: str, field: str) -> list[Any]:
        found: list[Any] = desk.do(operations.add_points, kind=kind, text=field)
        return found

    def test_are_every_number_of_a_field_with_the_field_beside_each(self, desk: Desk) -> None:
        field = "0549 882345 / +378 0549 882345, 02 5555 0101"

        found = self.add(desk, "phone", field)

        assert [point.value for point in found] == ["+3780549882345", "+390255550101"]
        assert {point.raw for point in found} == {field}
        assert [point.value for point in desk.read(queries.contact_points)] == [
            MAIL, PHONE, "+3780549882345", "+390255550101",
        ]  # fmt: skip

    def test_inherit_what_was_refused(self, desk: Desk) -> None:
        desk.state("refused", "email", None)
        self.add(desk, "email", "new@example.org")

        with desk.store.read(CENTRE_CALLER) as session:
            found = session.scalars(select(model.Suppression.point_hash)).all()
        # the number's own, the phone's, the old and the new address's
        assert len(set(found)) == 4

    def test_are_verified_marked_bad_and_good_again(self, desk: Desk) -> None:
        mail, phone = desk.read(queries.contact_points)
        at = {"client_id": desk.client_id, "point_id": phone.id, "now": NOW}

        def act(operation: Callable[..., None], **told: Any) -> Any:
            with desk.store.begin(worlds.only(desk.client_id)) as session:
                operation(session, **at | told)
            return desk.read(queries.contact_points)[1]

        verified = act(operations.verify_point, how="code sent back")
        bad = act(operations.mark_point_bad, reason="wrong_number")
        good = act(operations.mark_point_good)

        assert (verified.verified_at, verified.verified_how) == (NOW, "code sent back")
        assert (bad.bad_since, bad.bad_reason, bad.verified_at) == (NOW, "wrong_number", None)
        assert (good.bad_since, good.bad_reason) == (None, None)
        assert mail.verified_at is None

    def test_that_are_unknown_are_said_to_be(self, desk: Desk) -> None:
        with (
            desk.store.begin(worlds.only(desk.client_id)) as session,
            pytest.raises(operations.UnknownPoint),
        ):
            operations.mark_point_bad(
                session, client_id=desk.client_id, point_id=ContactPointId(new_id()),
                reason="x", now=NOW,
            )  # fmt: skip

    def test_are_refused_where_they_are_none(self, desk: Desk) -> None:
        with pytest.raises(Invalid, match="no phone number"):
            self.add(desk, "phone", "tomorrow")
        with pytest.raises(Invalid, match="neither phone nor email"):
            self.add(desk, "fax", "1")


class TestSuppressionsKept:
    def test_tell_the_scope_and_at_how_many_hashes(self, desk: Desk) -> None:
        desk.state("refused", "voice", None)

        (found,) = desk.read(queries.suppressions_kept, at=NOW)

        assert (found.channel, found.purpose, found.ends_at) == ("voice", None, None)
        assert (found.kept_at, found.everywhere) == (3, False)


def words_in(store: Store, *words: str) -> list[str]:
    """Name the columns in which one of some words still stands."""
    found = []
    with store.read(CENTRE_CALLER) as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for column, value in row.items():
                    told = str(value).casefold()
                    if isinstance(value, str) and any(word.casefold() in told for word in words):
                        found.append(f"{table.name}.{column}")
    return sorted(set(found))


class TestErase:
    def busy(self, desk: Desk) -> None:
        """Let much be said of Mario, in words."""
        desk.state("refused", "voice", None, proof="Mario Verdi wrote it")
        desk.prefer(language="en")
        desk.need("helper")
        desk.do(operations.add_points, kind="phone", text="02 5555 0101")

    def test_leaves_no_word_of_the_customer_in_any_table(self, desk: Desk) -> None:
        self.busy(desk)
        assert words_in(desk.store, "mario", "verdi", PHONE, "55550101", "5555 0101")

        desk.do(erase)

        assert words_in(desk.store, "mario", "verdi", PHONE, "55550101", "5555 0101") == []
        assert desk.read(queries.needs) == []
        assert worlds.actions(desk.store, desk.client_id)[-1] == "customer.erased"

    def test_keeps_the_silence_when_a_file_brings_the_customer_again(self, desk: Desk) -> None:
        desk.do(erase)

        same = worlds.add_customer(
            desk.store, desk.client_id, phone="+390299990000", name="Mario Verdi"
        )

        assert same == desk.customer_id
        assert desk.codes("voice") == ["opt_out"]
        assert [point.bad_reason for point in desk.read(queries.contact_points)][-1] == "erased"

    def test_keeps_the_silence_under_another_number(self, desk: Desk) -> None:
        desk.do(erase)

        other = worlds.add_customer(
            desk.store, desk.client_id, "K-9", email=MAIL, name="Mario Verdi"
        )

        assert self.silent(desk, desk.client_id, other)

    def test_says_nothing_to_another_client_company(self, desk: Desk) -> None:
        gas = worlds.found_client(desk.store, "GAS")
        worlds.approve(desk.store, gas)
        theirs = worlds.add_customer(desk.store, gas, phone=PHONE, name="Mario Verdi")

        desk.do(erase)

        assert not self.silent(desk, gas, theirs, channel="voice")

    def silent(
        self, desk: Desk, client_id: ClientId, customer_id: CustomerId, channel: str = "email"
    ) -> bool:
        with desk.store.read(CENTRE_CALLER) as session:
            verdict = contactability(
                session, client_id=client_id, customer_id=customer_id, channel=channel,
                purpose="service", now=NOW,
            )  # fmt: skip
        return not verdict.allowed

    def test_gives_way_to_what_is_open(self, desk: Desk) -> None:
        worlds.add_invoice(desk.store, desk.client_id, desk.customer_id)

        with pytest.raises(ErasureRefused, match="settle or write them off"):
            desk.do(erase)

        worlds.pay(desk.store, desk.client_id, desk.customer_id)
        assert desk.do(erase).points == 2

    def test_cancels_what_was_planned(self, desk: Desk) -> None:
        worlds.add_invoice(desk.store, desk.client_id, desk.customer_id)
        worlds.pulse(desk.store, desk.client_id)
        worlds.pay(desk.store, desk.client_id, desk.customer_id)

        desk.do(erase)

        (touch,) = worlds.touches(desk.store, desk.client_id, desk.customer_id)
        assert touch.status == "cancelled"
