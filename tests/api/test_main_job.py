"""The main job through the door, on both databases."""

import threading
from typing import Any

API = "/api/v1"


class TestAnOperatorsCall:
    def test_is_found_taken_and_wrapped_up_once(self, any_centre: Any) -> None:
        centre = any_centre

        (item,) = centre.get(f"{API}/worklist").json()["items"]
        taken = centre.post(f"{API}/worklist/take").json()
        path = f"{API}/touches/{item['touch_id']}/wrap-up"
        body = {
            "disposition": "right_party",
            "identified_by": ["customer_number", "birth_date"],
            "non_payment_reason": "forgotten",
            "note": "Pays on the 20th.",
            "promise": {"amount": "120.00", "currency": "EUR", "promised_on": "2026-06-20"},
        }
        first = centre.post(path, json=body, headers={"Idempotency-Key": "a"})
        again = centre.post(path, json=body, headers={"Idempotency-Key": "a"})

        assert item["customer_name"] == "Anna ACQ"
        assert item["open"] == "120.00"
        assert taken["call"]["number"] == "+390612345678"
        assert taken["card"]["invoices"][0]["open"] == "120.00"
        assert first.status_code == 200, first.text
        assert "Idempotency-Replayed" not in first.headers
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.json() == first.json()
        account = centre.get(f"{API}/customers/{centre.ours.customer_id}").json()
        assert [promise["amount"] for promise in account["promises"]] == ["120.00"]
        assert [hold["reason"] for hold in account["holds"]] == ["promise"]
        assert [contact["note"] for contact in account["contacts"]] == ["Pays on the 20th."]
        why = centre.get(f"{API}/invoices/{centre.ours.invoice_id}/why").json()
        assert (why["standing"], why["held"], why["plan"]["code"]) == ("open", True, "held")

    def test_another_body_under_the_same_key_is_refused(self, any_centre: Any) -> None:
        centre = any_centre
        centre.post(f"{API}/worklist/take")
        path = f"{API}/touches/{centre.ours.touch_id}/wrap-up"
        headers = {"Idempotency-Key": "a"}
        centre.post(path, json={"disposition": "no_answer"}, headers=headers)

        answer = centre.post(path, json={"disposition": "busy"}, headers=headers)

        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_key_reused"

    def test_sent_by_many_at_once_acts_once(self, any_centre: Any) -> None:
        centre = any_centre
        centre.post(f"{API}/worklist/take")
        path = f"{API}/touches/{centre.ours.touch_id}/wrap-up"
        answers: list[Any] = []

        def send() -> None:
            answers.append(
                centre.post(
                    path, json={"disposition": "no_answer"}, headers={"Idempotency-Key": "k"}
                )
            )

        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        replayed = [answer for answer in answers if "Idempotency-Replayed" in answer.headers]
        assert len(replayed) == 5


class TestABook:
    def test_is_taken_in_settled_and_measured(self, any_centre: Any) -> None:
        centre = any_centre
        customer = str(centre.ours.customer_id)
        invoice = {
            "customer_id": customer,
            "number": "F-2",
            "invoiced_on": "2026-06-02",
            "due_on": "2026-06-30",
            "gross": "80.50",
            "currency": "EUR",
        }
        payment = {
            "customer_id": customer,
            "number": "P-1",
            "received_on": "2026-06-03",
            "amount": "100.00",
            "currency": "EUR",
        }

        recorded = centre.post(f"{API}/invoices", key="integrator", json=invoice)
        paid = centre.post(f"{API}/payments", key="integrator", json=payment)
        twice = centre.post(f"{API}/payments", key="integrator", json=payment)
        measured = centre.get(
            f"{API}/metrics/receivables.open?as_of=2026-06-08", key="finance"
        ).json()

        assert recorded.status_code == 201, recorded.text
        assert recorded.json()["open"] == "80.50"
        assert paid.json()["applied"] == "100.00"
        assert (twice.status_code, twice.json()["code"]) == (409, "document_number_taken")
        assert measured["value"] == "100.50"
        assert measured["currency"] == "EUR"

    def test_with_an_idempotency_key_is_recorded_once(self, any_centre: Any) -> None:
        centre = any_centre
        payment = {
            "customer_id": str(centre.ours.customer_id),
            "number": "P-1",
            "received_on": "2026-06-03",
            "amount": "20.00",
            "currency": "EUR",
        }
        headers = {"Idempotency-Key": "pay-1"}

        first = centre.post(f"{API}/payments", key="integrator", json=payment, headers=headers)
        again = centre.post(f"{API}/payments", key="integrator", json=payment, headers=headers)

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert again.headers["Idempotency-Replayed"] == "true"


class TestADispute:
    def test_silences_an_invoice_until_it_is_resolved(self, any_centre: Any) -> None:
        centre = any_centre
        invoice, touch = str(centre.ours.invoice_id), centre.ours.touch_id
        contested = {
            "disposition": "right_party",
            "identified_by": ["customer_number", "birth_date"],
            "disputed_invoices": [invoice],
            "dispute_reason": "twice the usual",
        }
        centre.post(f"{API}/touches/{touch}/take")

        closed = centre.post(f"{API}/touches/{touch}/wrap-up", json=contested)
        held = centre.get(f"{API}/invoices/{invoice}/why").json()
        dispute = closed.json()["dispute_ids"][0]
        resolved = centre.post(f"{API}/disputes/{dispute}/end")
        again = centre.post(f"{API}/disputes/{dispute}/end")
        free = centre.get(f"{API}/invoices/{invoice}/why").json()

        assert (held["held"], free["held"]) == (True, False)
        assert resolved.json()["id"] == dispute
        assert (again.status_code, again.json()["code"]) == (409, "dispute_ended")
        assert free["disputes"][0]["disputed_to"] == resolved.json()["disputed_to"]
