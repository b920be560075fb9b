"""A stop that somebody tells us of is recorded with the days that its law counts."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

import worlds
from carecredit.contact_policy import operations, queries
from carecredit.contact_policy.operations import EndNeeded, NewStop
from carecredit.contact_policy.views import StopRecorded
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import InvoiceId, new_id
from carecredit.receivables.queries import UnknownInvoice
from carecredit.store.session import Store

NOW = worlds.NOW


@pytest.fixture
def whom(store: Store) -> dict[str, Any]:
    client_id = worlds.found_client(store)
    worlds.approve(store, client_id)
    customer_id = worlds.add_customer(store, client_id, phone="+393331234567")
    return {"client_id": client_id, "customer_id": customer_id}


def record(store: Store, whom: dict[str, Any], reason: str, **told: Any) -> StopRecorded:
    with store.begin(worlds.CENTRE_CALLER) as session:
        stop = NewStop(reason, told.pop("proof", "letter"), **told)
        return operations.record_stop(session, stop=stop, now=NOW, **whom)


class TestRecordStop:
    @pytest.mark.parametrize(
        ("told", "end"),
        [
            ({"registered_on": date(2026, 6, 1)}, datetime(2026, 7, 30, 23, tzinfo=UTC)),
            ({"treatment_ended_on": date(2026, 6, 1)}, datetime(2026, 7, 1, 23, tzinfo=UTC)),
            ({"in_treatment": True, "review_on": date(2026, 7, 1)}, None),
            ({"ends_at": datetime(2026, 8, 1, tzinfo=UTC)}, datetime(2026, 8, 1, tzinfo=UTC)),
        ],
    )
    def test_counts_the_days_of_a_breathing_space(
        self, store: Store, whom: dict[str, Any], told: dict[str, Any], end: datetime | None
    ) -> None:
        placed = record(store, whom, "breathing_space", **told)

        with store.read(worlds.CENTRE_CALLER) as session:
            verdict = queries.contactability(
                session, channel="voice", purpose="debt_collection", now=NOW, **whom
            )

        assert placed.ends_at == end
        (reason,) = verdict.reasons
        assert (reason.code, reason.not_before) == ("moratorium", end)

    @pytest.mark.parametrize(
        ("reason", "told", "error", "field"),
        [
            ("breathing_space", {}, EndNeeded, "registered_on"),
            (
                "breathing_space",
                {"registered_on": date(2026, 6, 1), "in_treatment": True},
                EndNeeded,
                "registered_on",
            ),
            ("breathing_space", {"in_treatment": True}, EndNeeded, "review_on"),
            ("breathing_space", {"registered_on": date(2026, 1, 1),
             "starts_at": NOW}, Invalid, "ends_at"),
            ("moratorium", {}, EndNeeded, "ends_at"),
            ("moratorium", {"ends_at": datetime(9999, 12, 31, tzinfo=UTC)}, Invalid, "ends_at"),
            ("represented", {"in_treatment": True}, Invalid, "in_treatment"),
            ("represented", {"proof": " "}, Invalid, "proof"),
            ("dispute", {}, Invalid, "reason"),
            ("whim", {}, Invalid, "reason"),
            ("vulnerability", {"invoice_id": InvoiceId(new_id())}, UnknownInvoice, "invoice_id"),
        ],
    )  # fmt: skip
    def test_refuses_what_has_no_end_and_names_the_way_out(
        self,
        sqlite_store: Store,
        reason: str,
        told: dict[str, Any],
        error: type[Exception],
        field: str,
    ) -> None:
        client_id = worlds.found_client(sqlite_store)
        customer_id = worlds.add_customer(sqlite_store, client_id)
        whom = {"client_id": client_id, "customer_id": customer_id}

        with pytest.raises(error) as refused:
            record(sqlite_store, whom, reason, **told)

        assert getattr(refused.value, "field", None) == field
