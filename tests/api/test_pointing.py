"""What is wrong is named where it was written, in a sentence that says how to mend it."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

API = "/api/v1"
AHEAD = "2026-07-31"


def record(centre: Any, path: str, **body: Any) -> Any:
    return centre.post(f"{API}/{path}", key="integrator", json=body)


def bring(centre: Any, body: bytes) -> Any:
    headers = {"Content-Type": "application/zip"}
    return centre.post(f"{API}/imports", key="integrator", content=body, headers=headers)


def fault(answer: Any) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["pointer"], error["message"]


@pytest.fixture
def paid(centre: Any) -> str:
    """A payment that settles the customer's invoice."""
    made = record(
        centre, "payments", customer_id=str(centre.ours.customer_id), number="P-1",
        received_on="2026-05-20", amount="10.00", currency="EUR",
    )  # fmt: skip
    return str(made.json()["id"])


class TestADayAhead:
    def test_is_named_as_it_is_called(self, centre: Any, paid: str) -> None:
        path = f"{API}/entries/{paid}/allocations?on={AHEAD}"
        undone = centre.ask("DELETE", path, key="integrator")
        applied = record(centre, "allocations", entry_id=paid, applied_on=AHEAD)
        credit = record(
            centre, "credit-notes", customer_id=str(centre.ours.customer_id), number="NC-1",
            credited_on=AHEAD, amount="1.00", currency="EUR",
        )  # fmt: skip

        pointers = [fault(each)[:2] for each in (undone, applied, credit)]
        assert pointers == [(422, "/undone_on"), (422, "/applied_on"), (422, "/credited_on")]


class TestACorrection:
    @pytest.mark.parametrize(
        ("change", "status", "pointer"),
        [
            ({"number": "F-1"}, 409, "/replacement/number"),
            ({"customer_id": "0198c0de-0000-7000-8000-000000000001"}, 422,
             "/replacement/customer_id"),
            ({"currency": "USD"}, 422, "/replacement/currency"),
        ],
    )  # fmt: skip
    def test_points_into_the_new_invoice(
        self, centre: Any, change: dict[str, str], status: int, pointer: str
    ) -> None:
        new = {
            "customer_id": str(centre.ours.customer_id), "number": "F-1/B", "gross": "90.00",
            "currency": "EUR", "invoiced_on": "2026-06-01",
        }  # fmt: skip
        path = f"invoices/{centre.ours.invoice_id}/correct"

        answer = record(
            centre, path, credit_number="NC-1", corrected_on="2026-06-02", reason="price",
            replacement=new | change,
        )  # fmt: skip

        assert fault(answer)[:2] == (status, pointer)


class TestARow:
    def test_that_is_ragged_is_named_by_its_line(self, centre: Any) -> None:
        body = BytesIO()
        with ZipFile(body, "w") as archive:
            archive.writestr(
                "invoices.csv",
                "invoice_id,customer_id,invoice_date,due_date,currency,gross_amount\n"
                "Z-1,K-9,2026-05-01,2026-05-31,EUR,100.00\n",
            )
            archive.writestr(
                "payments.csv",
                "payment_id,customer_id,invoice_id,payment_date,currency,amount\nZP-1,K-9\n",
            )

        answer = bring(centre, body.getvalue())

        assert fault(answer)[1] == "/payments.csv/2"


class TestAValue:
    def test_that_is_no_amount_is_told_in_words(self, centre: Any) -> None:
        body = {
            "customer_id": str(centre.ours.customer_id), "number": "P-2", "amount": "1.234,50",
            "received_on": "2026-05-20", "currency": "EUR",
        }  # fmt: skip
        amount = fault(record(centre, "payments", **body))
        currency = fault(
            record(centre, "payments", **body | {"amount": "1.00", "currency": "euro"})
        )

        assert amount[1] == "/amount"
        assert amount[2].startswith("an amount like 1234.56 is expected")
        assert (currency[1], "such as EUR" in currency[2]) == ("/currency", True)


class TestABody:
    def test_that_is_too_large_is_told_how_large_it_may_be(self, centre: Any) -> None:
        file = bring(centre, b"x" * 33_000_000)
        document = centre.post(f"{API}/invoices", key="integrator", content=b"x" * 2_000_000)

        assert [answer.status_code for answer in (file, document)] == [413, 413]
        assert "larger than 32 MB" in file.json()["detail"]
        assert "larger than 1 MB" in document.json()["detail"]


class TestHead:
    @pytest.mark.parametrize("path", [f"{API}/clients", "/health/live", "/sign-in"])
    def test_is_answered_as_get_without_a_body(self, centre: Any, path: str) -> None:
        whole, head = centre.get(path), centre.ask("HEAD", path)

        assert (whole.status_code, head.status_code) == (200, 200)
        assert (head.content, bool(whole.content)) == (b"", True)
        assert head.headers["content-length"] == whole.headers["content-length"]

    def test_is_not_taken_where_nothing_is_read(self, centre: Any) -> None:
        assert centre.ask("HEAD", f"{API}/invoices").status_code == 405
        assert centre.ask("HEAD", f"{API}/clients", key=None).status_code == 401
