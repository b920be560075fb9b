"""Client companies and mandates: sound cards, codes taken once, the newest mandate in force."""

from datetime import date
from typing import Any

import pytest

import worlds
from carecredit.kernel.errors import Invalid
from carecredit.mandates import queries
from carecredit.mandates.operations import CodeTaken, MandateTaken, Terms, agree_mandate
from carecredit.mandates.queries import NoMandate, UnknownClient
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")


class TestAddClient:
    def test_founds_a_company_with_its_first_mandate(self, store: Store) -> None:
        client_id = worlds.found_client(store, name=" Acque di Prova ")

        with store.read(worlds.only(client_id)) as session:
            assert queries.client_by_code(session, code="ACQ").name == "Acque di Prova"
            found = queries.mandate(session, client_id=client_id, today=date(1999, 1, 1))
        assert (found.follow_up_policy, found.promise_grace_days) == ("gentle", 3)
        assert worlds.actions(store, client_id) == ["client.added", "mandate.agreed"]

    def test_refuses_a_card_that_is_not_sound(self, store: Store) -> None:
        worlds.found_client(store)
        faults: list[dict[str, Any]] = [
            {"code": "A B"}, {"code": ""}, {"code": "x" * 33}, {"name": " "}, {"name": "x" * 201},
            {"country": "it"}, {"currency": "euro"}, {"language": "fr"}, {"zone": "Rome"},
        ]  # fmt: skip

        for fault in faults:
            (field,) = fault
            with pytest.raises(Invalid) as refused:
                worlds.found_client(store, **{"code": "NEW"} | fault)
            assert refused.value.field == field
        with pytest.raises(CodeTaken):
            worlds.found_client(store)


class TestAgreeMandate:
    def test_overrides_the_older_one_from_its_day(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        day = date(2026, 7, 1)

        with store.begin(CENTRE_CALLER) as session:
            agree_mandate(
                session, client_id=client_id, valid_from=day, terms=Terms(promise_grace_days=5),
                now=NOW,
            )  # fmt: skip

        with store.read(CENTRE_CALLER) as session:
            days = [
                queries.mandate(session, client_id=client_id, today=today).promise_grace_days
                for today in (date(2026, 6, 30), day)
            ]
        assert days == [3, 5]

    def test_refuses_a_day_that_is_taken_and_terms_below_zero(self, store: Store) -> None:
        client_id = worlds.found_client(store)

        for terms, day in (
            (Terms(), date(1970, 1, 1)),
            (Terms(promise_days_max=-1), date(2026, 7, 1)),
            (Terms(follow_up_policy=""), date(2026, 7, 1)),
            (Terms(plan_amount_max_minor=-1), date(2026, 7, 1)),
            (Terms(plan_instalments_max=241), date(2026, 7, 1)),
            (Terms(plan_missed_max=0), date(2026, 7, 1)),
            (Terms(odd_cents="middle"), date(2026, 7, 1)),
            (Terms(proof_days=0), date(2026, 7, 1)),
            (Terms(relief_days_max=731), date(2026, 7, 1)),
        ):
            with store.begin(CENTRE_CALLER) as session, pytest.raises(Invalid) as refused:
                agree_mandate(session, client_id=client_id, valid_from=day, terms=terms, now=NOW)
            assert isinstance(refused.value, MandateTaken) is (terms == Terms())
            assert ("from another day on" in refused.value.message) is (terms == Terms())


class TestClients:
    def test_are_those_the_caller_may_see(self, store: Store) -> None:
        mine, theirs = worlds.found_client(store), worlds.found_client(store, "GAS")

        with store.read(worlds.only(mine)) as session:
            assert [one.code for one in queries.clients(session)] == ["ACQ"]
            with pytest.raises(UnknownClient, match=r"known: ACQ$"):
                queries.client_by_code(session, code="GAS")
            with pytest.raises(UnknownClient):
                queries.client(session, client_id=theirs)
            with pytest.raises(NoMandate):
                queries.mandate(session, client_id=theirs, today=date(2026, 6, 8))
