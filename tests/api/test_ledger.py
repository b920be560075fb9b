"""The whole ledger through the door: recorded, corrected, read, refused."""

from typing import Any

API = "/api/v1"
MADE = {"currency": "EUR"}


def record(centre: Any, path: str, **body: Any) -> Any:
    return centre.post(f"{API}/{path}", key="integrator", json=body)


def invoice(centre: Any, number: str = "F-2", **more: Any) -> Any:
    body = {
        "customer_id": str(centre.ours.customer_id),
        "number": number,
        "invoiced_on": "2026-05-01",
        "gross": "100.00",
        "currency": "EUR",
    }
    return record(centre, "invoices", **body | more)


def pay(centre: Any, number: str, amount: str, **more: Any) -> Any:
    body = {
        "customer_id": str(centre.ours.customer_id),
        "number": number,
        "received_on": "2026-05-20",
        "amount": amount,
        "currency": "EUR",
    }
    return record(centre, "payments", **body | more)


def customer(centre: Any, what: str, **options: Any) -> Any:
    return centre.get(f"{API}/customers/{centre.ours.customer_id}/{what}", **options)


class TestALedger:
    def test_is_kept_from_the_instalment_to_the_refund(self, any_centre: Any) -> None:
        centre = any_centre
        parts = [
            {"due_on": "2026-05-31", "amount": "60.00"},
            {"due_on": "2026-06-30", "amount": "40.00"},
        ]

        made = invoice(centre, instalments=parts).json()
        paid = pay(
            centre, "P-1", "90.00", shares=[{"invoice_id": made["id"], "amount": "70.00"}]
        ).json()
        note = record(
            centre, "credit-notes", customer_id=str(centre.ours.customer_id), number="NC-1",
            credited_on="2026-06-01", amount="10.00", currency="EUR",
        ).json()  # fmt: skip
        put = record(
            centre, "allocations", entry_id=note["id"], applied_on="2026-06-02",
            shares=[{"invoice_id": made["id"], "amount": "10.00"}],
        ).json()  # fmt: skip
        why = centre.get(f"{API}/invoices/{made['id']}/why").json()["invoice"]

        assert [part["open"] for part in made["instalments"]] == ["60.00", "40.00"]
        assert (paid["applied"], paid["unapplied"]) == ("90.00", "0.00")
        assert (put["applied"], put["unapplied"]) == ("10.00", "0.00")
        assert [part["open"] for part in why["instalments"]] == ["0.00", "0.00"]

        lines = customer(centre, "ledger").json()["items"]
        share = next(line for line in lines if line["number"] == "NC-1")["applied"][0]
        undone = centre.ask(
            "DELETE", f"{API}/allocations/{share['id']}?on=2026-06-05", key="integrator"
        ).json()
        back = record(
            centre, "refunds", entry_id=note["id"], refunded_on="2026-06-06", amount="10.00"
        )
        again = record(
            centre, "refunds", entry_id=note["id"], refunded_on="2026-06-06", amount="0.01"
        )

        assert (undone["undone"], undone["invoice_ids"]) == ("10.00", [made["id"]])
        assert back.status_code == 201, back.text
        assert (again.status_code, again.json()["code"]) == (409, "beyond_unapplied")

    def test_opens_again_what_a_returned_debit_had_settled(self, any_centre: Any) -> None:
        centre = any_centre
        made = invoice(centre).json()
        paid = pay(
            centre, "P-1", "100.00", shares=[{"invoice_id": made["id"], "amount": "100.00"}]
        ).json()

        back = record(centre, "chargebacks", payment_id=paid["id"], returned_on="2026-06-04")

        before, after = (
            customer(centre, f"balance?as_of={day}").json()["items"][0]
            for day in ("2026-06-03", "2026-06-04")
        )
        assert back.json()["invoice_ids"] == [made["id"]]
        assert (float(after["open"]) - float(before["open"])) == 100

    def test_takes_a_payment_off_all_its_invoices(self, any_centre: Any) -> None:
        centre = any_centre
        made = [invoice(centre, number).json()["id"] for number in ("F-2", "F-3")]
        shares = [{"invoice_id": one, "amount": "50.00"} for one in made]
        paid = pay(centre, "P-1", "100.00", shares=shares).json()
        path = f"{API}/entries/{paid['id']}/allocations"

        early = centre.ask("DELETE", f"{path}?on=2026-05-19", key="integrator")
        undone = centre.ask("DELETE", f"{path}?on=2026-06-05", key="integrator")
        again = centre.ask("DELETE", path, key="integrator")

        assert (early.status_code, early.json()["code"]) == (422, "undone_too_early")
        assert undone.json()["undone"] == "100.00"
        assert sorted(undone.json()["invoice_ids"]) == sorted(made)
        assert (again.status_code, again.json()["code"]) == (409, "allocation_undone")
        unapplied = [
            customer(centre, f"balance?as_of={day}").json()["items"][0]["unapplied"]
            for day in ("2026-06-04", "2026-06-05")
        ]
        assert unapplied == ["0.00", "100.00"]

    def test_puts_a_mistaken_invoice_right(self, any_centre: Any) -> None:
        centre = any_centre
        made = invoice(centre).json()
        pay(centre, "P-1", "100.00", shares=[{"invoice_id": made["id"], "amount": "100.00"}])
        new = {
            "customer_id": str(centre.ours.customer_id), "number": "F-2a",
            "invoiced_on": "2026-06-02", "gross": "80.00", "currency": "EUR",
        }  # fmt: skip
        told = {"credit_number": "NC-1", "corrected_on": "2026-06-02", "reason": "wrong price"}
        path = f"invoices/{made['id']}/correct"

        wrong = record(centre, path, **told, replacement=new | {"gross": "80.001"})
        right = record(centre, path, **told, replacement=new)
        again = record(centre, path, **told, replacement=new)

        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (
            422, "/replacement/gross",
        )  # fmt: skip
        assert right.status_code == 201, right.text
        assert (right.json()["moved"], right.json()["invoice"]["open"]) == ("80.00", "0.00")
        assert (again.status_code, again.json()["code"]) == (409, "invoice_not_correctable")
        assert customer(centre, "balance").json()["items"][0]["unapplied"] == "20.00"

    def test_gives_up_and_recovers(self, any_centre: Any) -> None:
        centre = any_centre
        made = invoice(centre).json()
        give_up = {"invoice_id": made["id"], "written_on": "2026-06-01", "reason": "insolvent"}

        gone = record(centre, "write-offs", **give_up)
        more = record(centre, "write-offs", **give_up)
        came = {"write_off_id": gone.json()["id"], "received_on": "2026-06-02", "amount": "30.00"}
        recovered = record(centre, "recoveries", **came)

        assert gone.json()["applied"] == "100.00"
        assert (more.status_code, more.json()["code"]) == (409, "nothing_open")
        assert recovered.json()["amount"] == "30.00"
        assert customer(centre, "ledger").json()["items"][-1]["name"] == {
            "en": "Recovery after write-off",
            "it": "Incasso dopo lo stralcio",
        }

    def test_contests_an_amount_and_says_what_is_at_stake(self, any_centre: Any) -> None:
        centre = any_centre
        made = invoice(centre).json()
        opened = centre.post(
            f"{API}/disputes",
            json={"invoice_id": made["id"], "reason": "one item missing", "amount": "25.00"},
        )
        path = f"{API}/customers/{centre.ours.customer_id}/credit-limit"
        limit = {"currency": "EUR", "valid_from": "2026-06-01", "set_by": "Anna", "limit": "50.00"}

        put = centre.ask("PUT", path, key="integrator", json=limit)
        read = centre.get(path).json()

        assert opened.status_code == 201, opened.text
        assert put.json()["limit"] == "50.00"
        assert read["exposure"][0]["disputed"] == "25.00"
        assert read["exposure"][0]["over_limit"] is True
        why = centre.get(f"{API}/invoices/{made['id']}/why").json()
        assert (why["held"], why["disputes"][0]["amount"]) == (True, "25.00")

    def test_shows_no_late_charges_under_a_gentle_mandate_and_records_a_waiver(
        self, any_centre: Any
    ) -> None:
        centre = any_centre
        made = invoice(centre, due_on="2026-05-10").json()
        given_up = {"invoice_id": made["id"], "charge": "both", "waived_by": "Anna", "reason": "r"}

        waived = record(centre, "waivers", **given_up)

        assert customer(centre, "late-charges").json() == {"items": []}
        assert waived.status_code == 201, waived.text

    def test_looks_at_another_rule_and_at_what_was_known_before(self, any_centre: Any) -> None:
        centre = any_centre
        invoice(centre, due_on="2026-05-10")

        (late,) = customer(centre, "late-charges?rule=it_b2b").json()["items"]
        before = customer(centre, "late-charges?rule=it_b2b&known_at=2026-06-07").json()
        unknown = customer(centre, "late-charges?rule=usury")

        assert (late["rule"], late["compensation"]) == ("it_b2b", "40.00")
        assert before == {"items": []}
        assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/rule")

    def test_lists_and_gives_up_remainders(self, any_centre: Any) -> None:
        centre = any_centre
        invoice(centre, gross="0.40", due_on="2026-05-10")

        then = [
            centre.get(f"{API}/small-balances?{asked}").json()["items"]
            for asked in ("as_of=2026-05-10", "as_of=2026-05-11", "known_at=2026-06-07")
        ]
        listed = centre.get(f"{API}/small-balances").json()["items"]
        done = record(centre, "small-balances/write-off").json()

        assert [len(items) for items in then] == [0, 1, 0]
        assert [one["open"] for one in listed] == ["0.40"]
        assert (done["count"], done["amount"], done["more"]) == (1, "0.40", False)

    def test_acts_once_for_a_key_and_refuses_with_the_field(self, any_centre: Any) -> None:
        centre = any_centre
        made = invoice(centre).json()
        give_up = {"invoice_id": made["id"], "written_on": "2026-06-01", "reason": "r"}
        headers = {"Idempotency-Key": "w-1"}
        send = {"key": "integrator", "json": give_up, "headers": headers}

        first, again = (centre.post(f"{API}/write-offs", **send) for _ in range(2))
        ahead = pay(centre, "P-9", "1.00", received_on="2026-07-01")
        beyond = pay(centre, "P-9", "500.00", shares=[{"invoice_id": made["id"], "amount": "0.01"}])

        assert first.json() == again.json()
        assert again.headers["Idempotency-Replayed"] == "true"
        assert (ahead.status_code, ahead.json()["code"]) == (422, "day_ahead")
        assert (beyond.status_code, beyond.json()["errors"][0]["pointer"]) == (409, "/shares")

    def test_comes_a_page_at_a_time(self, any_centre: Any) -> None:
        centre = any_centre
        for number in ("F-2", "F-3"):
            invoice(centre, number)

        first = customer(centre, "ledger?limit=2").json()
        rest = customer(centre, f"ledger?limit=2&cursor={first['next']}").json()

        assert [line["number"] for line in (*first["items"], *rest["items"])] == [
            "F-2", "F-3", "F-1",
        ]  # fmt: skip
        assert rest["next"] is None
