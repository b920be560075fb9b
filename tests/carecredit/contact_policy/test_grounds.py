"""Many customers at once are decided on the very grounds on which each is decided alone."""

from datetime import timedelta
from typing import Any

import worlds
from carecredit.contact_policy import operations, queries
from carecredit.contact_policy.rules import Verdict
from carecredit.customers import operations as customers
from carecredit.customers.rules import CareNeed, Preference, read_hours
from carecredit.holds.operations import NewHold, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.ids import CustomerId, new_id
from carecredit.store.session import Store
from worlds import NOW

ASKED: dict[str, Any] = {"channel": "voice", "purpose": "debt_collection", "now": NOW}
HOURS = read_hours({"mon": ["18:00-19:00"]})


class TestGroundsOf:
    def test_are_those_of_each(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        worlds.approve(store, client_id, "house_gentle", "it_debt_unirec", "ca_on_debt")
        ids = [
            worlds.add_customer(
                store, client_id, f"K-{index}", phone=f"+39061234{index:04}", region="RM"
            )
            for index in range(7)
        ]
        ids.append(
            worlds.add_customer(
                store, client_id, "K-9", phone="+14165550123", country="CA", region="ON"
            )
        )
        whom: list[dict[str, Any]] = [{"client_id": client_id, "customer_id": each} for each in ids]
        with store.begin(worlds.CENTRE_CALLER) as session:
            customers.opt_out(session, channel="voice", proof="x", now=NOW, **whom[1])
            need = CareNeed("pause", True, NOW, None, None)
            customers.state_need(session, need=need, basis="call", now=NOW, **whom[2])
            wish = Preference(HOURS, (), (), None, NOW, None)
            customers.prefer(session, preference=wish, basis="call", now=NOW, **whom[3])
            hold = NewHold(ids[4], HoldReason.COMPLAINT, new_id(), NOW)
            place(session, client_id=client_id, hold=hold, now=NOW)
            for index, days in ((5, 1), (7, 400)):
                operations.record_inbound(
                    session, channel="voice", purpose="service", kind="conversation", debts=(),
                    now=NOW - timedelta(days=days), **whom[index],
                )  # fmt: skip

        with store.read(worlds.only(client_id)) as session:
            found = queries.grounds_of(session, client_id=client_id, customer_ids=ids, **ASKED)
            alone: dict[CustomerId, Verdict] = {
                each: queries.contactability(
                    session, client_id=client_id, customer_id=each, **ASKED
                )
                for each in ids
            }

        assert {each: grounds.decide(NOW) for each, grounds in found.items()} == alone
        codes = [[reason.code for reason in alone[each].reasons] for each in ids[:6]]
        assert codes == [
            [], ["opt_out"], ["hold:vulnerability"], ["outside_window"], ["hold:complaint"],
            ["cooloff"],
        ]  # fmt: skip
        assert [event.kind for event in found[ids[7]].history] == ["conversation"]

    def test_are_none_of_nobody(self, sqlite_store: Store) -> None:
        client_id = worlds.found_client(sqlite_store)

        with sqlite_store.read(worlds.only(client_id)) as session:
            found = queries.grounds_of(session, client_id=client_id, customer_ids=[], **ASKED)

        assert found == {}
