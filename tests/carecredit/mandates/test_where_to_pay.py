"""Where customers pay is checked, changed in one call, and told in the audit."""

import pytest
from sqlalchemy import select

import worlds
from carecredit.kernel.errors import Invalid
from carecredit.mandates.operations import NewClient, add_client, say_where_to_pay
from carecredit.mandates.queries import client_by_code
from carecredit.store import audit
from carecredit.store.session import Store

IBAN = "IT60X0542811101000000123456"


class TestAClientCompany:
    def test_is_founded_with_its_account(self, store: Store, chains_hold: None) -> None:
        del chains_hold
        new = NewClient("ACQ", "Acque", payee=" Acque del Nord ", iban="it60 x054 2811 1010 0000 "
                        "0123 456", bic="bpmoit22")  # fmt: skip
        with store.begin(worlds.CENTRE_CALLER) as session:
            add_client(session, client=new, now=worlds.NOW)

        with store.read(worlds.CENTRE_CALLER) as session:
            card = client_by_code(session, code="ACQ")

        assert (card.payee, card.iban, card.bic) == ("Acque del Nord", IBAN, "BPMOIT22")

    @pytest.mark.parametrize(
        ("card", "field"),
        [
            ({"iban": IBAN[:-1] + "7"}, "iban"),
            ({"iban": IBAN, "bic": "NO"}, "bic"),
            ({"bic": "BPMOIT22"}, "bic"),
            ({"payee": "x" * 71, "iban": IBAN}, "payee"),
            ({"payee": "two\nlines", "iban": IBAN}, "payee"),
        ],
    )
    def test_with_an_account_that_does_not_fit_is_refused(
        self, sqlite_store: Store, card: dict[str, str], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused, sqlite_store.begin(worlds.CENTRE_CALLER) as session:
            add_client(session, client=NewClient("ACQ", "Acque", **card), now=worlds.NOW)

        assert refused.value.field == field


class TestSayingWhereToPay:
    def test_replaces_the_account_and_tells_both_in_the_audit(
        self, store: Store, chains_hold: None
    ) -> None:
        del chains_hold
        client_id = worlds.found_client(store, iban=IBAN, bic="BPMOIT22")
        other = "DE89370400440532013000"
        with store.begin(worlds.CENTRE_CALLER) as session:
            card = say_where_to_pay(
                session, client_id=client_id, payee=None, iban=other, bic=None, now=worlds.NOW
            )

        assert (card.iban, card.bic) == (other, None)
        assert "client.account_changed" in worlds.actions(store, client_id)
        with store.read(worlds.CENTRE_CALLER) as session:
            entry = audit.AuditEntry
            query = select(entry.data).where(entry.action == "client.account_changed")
            told = str(session.execute(query).scalar_one())
        assert IBAN in told
        assert other in told
