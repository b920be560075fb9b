"""A contact begun, confirmed and wrapped up by forms of a page: once, in words, nothing lost."""

import re
from typing import Any

import pytest

import worlds
from browsing import API, BROWSER, Desk, sign_in
from centre import Centre


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)


@pytest.fixture
def any_desk(any_centre: Centre) -> Desk:
    return Desk(any_centre)


def case(desk: Desk, whose: Any = None) -> Any:
    body = {"customer_id": str(whose or desk.centre.ours.customer_id), "kind": "question"}
    opened = desk.centre.post(f"{API}/cases", json=body | {"subject": "Why twice the usual?"})
    assert opened.status_code == 201, opened.text
    return opened.json()["case"]


class TestAContact:
    def test_is_begun_confirmed_and_wrapped_up(self, any_desk: Desk) -> None:
        shown = any_desk.begin()

        done = any_desk.send(
            "/wrap-up", page=shown, disposition="right_party", root_cause="wrong_amount",
            non_payment_reason="unclear", resolved="no", understood="yes", mood="worried",
            note="Will look at it", promise_amount="45,50", promise_currency="EUR",
            promise_on="2026-06-12", promise_remind="yes", callback_on="2026-06-10",
            callback_at="15:30", word_what="the reading", word_by="2026-06-11",
            case_kind="question", case_subject="Why so much?", gap_text="Nobody reads again",
            summary="email",
        )  # fmt: skip
        after = any_desk.see(done=done.headers["location"].partition("done=")[2])

        assert "Right person confirmed" in shown
        assert done.status_code == 303, done.text
        assert "The contact is wrapped up" in after
        assert "Why so much?" in after
        assert "45.50" in after
        assert "Contact in your hands" not in after
        assert "Begin a contact" in after

    def test_sent_twice_is_wrapped_up_once(self, any_desk: Desk) -> None:
        shown = any_desk.begin()
        told = {"disposition": "right_party", "word_what": "the reading", "word_by": "2026-06-11"}

        answers = [any_desk.send("/wrap-up", page=shown, **told) for _ in range(2)]

        assert [each.status_code for each in answers] == [303, 303]
        assert any_desk.story().count("expectation.given") == 1

    def test_sent_from_an_old_page_says_that_it_is_over(self, desk: Desk) -> None:
        shown = desk.begin()
        desk.send("/wrap-up", page=shown, disposition="right_party")

        late = desk.send("/wrap-up", page=shown, disposition="right_party", key="another")

        assert late.status_code == 409
        assert "not in your hands any more" in late.text

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"promise_amount": "1.234,50", "promise_on": "2026-06-12"}, "promise_amount"),
            ({"promise_amount": "45.50"}, "promise_on"),
            ({"promise_amount": "45.50", "promise_on": "2029-01-01"}, "promise_on"),
            ({"callback_on": "2026-06-01", "callback_at": "10:00"}, "callback_on"),
            ({"callback_on": "2026-06-12"}, "callback_on"),
            ({"callback_on": "9999-12-31", "callback_at": "23:59"}, "callback_on"),
            ({"callback_on": "0001-01-01", "callback_at": "00:00"}, "callback_on"),
            ({"word_what": "the reading", "word_by": "9999-12-31"}, "word_by"),
            ({"promise_amount": "45.50", "promise_on": "9999-12-31"}, "promise_on"),
            ({"word_what": "the reading"}, "word_by"),
            ({"word_what": "the reading", "word_by": "2026-06-01"}, "word_by"),
            ({"case_subject": "Why?"}, "case_kind"),
            ({"case_kind": "question"}, "case_subject"),
            ({"case_kind": "dispute", "case_subject": "Why?"}, "invoices"),
            ({"gap_text": "Nobody reads again"}, "root_cause"),
            ({"root_cause": "made_up"}, "root_cause"),
            ({"mood": "made_up"}, "mood"),
            ({"disposition": ""}, "disposition"),
            ({"disposition": "dropped", "resolved": "yes"}, "resolved"),
        ],
    )
    def test_keeps_what_was_typed_where_something_is_wrong(
        self, desk: Desk, typed: dict[str, str], field: str
    ) -> None:
        shown = desk.begin()
        told = {"disposition": "right_party", "note": "Kept & <whole>"} | typed

        answer = desk.send("/wrap-up", page=shown, promise_currency="EUR", **told)

        assert answer.status_code == 422, answer.text
        assert "Kept &amp; &lt;whole&gt;</textarea>" in answer.text
        if field != "mood":
            assert f'id="wrap_up-{field}-wrong"' in answer.text
        for name, value in typed.items():
            if value and value != "made_up":
                kept = rf'name="{name}"[^>]*value="{value}"|value="{value}" selected'
                assert re.search(kept, answer.text) or value in answer.text, name
        again = desk.send("/wrap-up", page=answer.text, disposition="right_party")
        assert again.status_code == 303, again.text

    def test_has_no_field_about_money_before_the_right_person_is_confirmed(
        self, desk: Desk
    ) -> None:
        desk.send("/contact", channel="voice")
        shown = desk.see()

        forced = desk.send(
            "/wrap-up", disposition="right_party", promise_amount="10", promise_currency="EUR",
            promise_on="2026-06-12",
        )  # fmt: skip

        for name in ("promise_amount", "invoices", "case_proof"):
            assert f'name="{name}"' not in shown
        assert 'value="forgotten"' not in shown
        assert forced.status_code in {409, 422}
        assert "promise.given" not in desk.story()

    def test_tells_of_a_death_by_whoever_answered(self, any_desk: Desk) -> None:
        any_desk.send("/contact", channel="voice")
        assert "What whoever answered tells us" in any_desk.see()

        by_the_dead = any_desk.send(
            "/wrap-up", disposition="right_party", non_payment_reason="deceased"
        )
        told = any_desk.send("/wrap-up", disposition="third_party", non_payment_reason="deceased")

        assert by_the_dead.status_code == 422
        assert told.status_code == 303, told.text
        assert "Express condolences" in any_desk.see()

    def test_asks_for_two_facts(self, desk: Desk) -> None:
        desk.send("/contact", channel="voice")

        one = desk.send("/right-party", identified_by="tax_code", found="confirmed")
        other = desk.send("/right-party", found="not_the_person")

        assert one.status_code == 422
        assert re.search(r'value="tax_code" checked', one.text)
        assert 'id="right_party-identified_by-wrong"' in one.text
        assert other.status_code == 303
        assert "Right person confirmed" not in desk.see()

    def test_contests_the_invoices_that_were_ticked(self, desk: Desk) -> None:
        shown = desk.begin()
        invoice = str(desk.centre.ours.invoice_id)

        answer = desk.send(
            "/wrap-up", page=shown, disposition="right_party", case_kind="dispute",
            case_subject="Not my reading", case_proof="photo of the meter", invoices=invoice,
        )  # fmt: skip

        assert answer.status_code == 303, answer.text
        assert "In dispute" in desk.see()

    def test_in_a_colleagues_hands_is_not_in_mine(self, desk: Desk) -> None:
        sign_in(desk.centre, "admin")
        desk.send("/contact", channel="voice")
        sign_in(desk.centre, "operator")

        assert "Contact in your hands" not in desk.see()
        assert "In your hands" not in desk.see("/")

    def test_of_somebody_else_is_not_there(self, desk: Desk) -> None:
        shown = desk.begin()
        other = worlds.add_customer(
            desk.centre.store, desk.centre.ours.id, "X-9", email="x@example.org", name="X"
        )
        _, hidden = desk.form(shown, "/wrap-up")

        answer = desk.centre.http.post(
            f"/people/{other}/wrap-up?client=ACQ",
            data=hidden | {"disposition": "right_party"},
            headers=BROWSER,
        )

        assert answer.status_code == 404


class TestForms:
    ACTIONS = ("contact", "right-party", "give-back", "wrap-up", "case", "next-step")

    def test_of_another_company_are_not_there(self, desk: Desk) -> None:
        _, hidden = desk.form(desk.see(), "/contact")
        theirs = f"/people/{desk.centre.theirs.customer_id}/contact"

        for client in ("NRD", "ACQ"):
            answer = desk.centre.http.post(
                f"{theirs}?client={client}", data=hidden | {"channel": "voice"}, headers=BROWSER
            )
            assert answer.status_code == 404

    def test_from_elsewhere_change_nothing(self, desk: Desk) -> None:
        answer = desk.send("/contact", channel="voice", csrf="made-up")

        assert answer.status_code == 409
        assert "Contact in your hands" not in desk.see()

    def test_carry_no_nul(self, desk: Desk) -> None:
        assert desk.send("/contact", channel="voice\0").status_code == 400

    def test_are_not_shown_to_who_may_not_work(self, desk: Desk) -> None:
        _, hidden = desk.form(desk.see(), "/contact")
        sign_in(desk.centre, "finance")

        shown = desk.see()

        assert 'name="channel"' not in shown
        assert "/next-step" not in shown
        for action in self.ACTIONS:
            sent = desk.centre.http.post(
                f"{desk.whose}/{action}?client=ACQ", data=hidden, headers=BROWSER
            )
            assert sent.status_code == 403
        for action in ("next", "claim", "give-back", "take-over"):
            sent = desk.centre.http.post(f"/work/{action}", data=hidden, headers=BROWSER)
            assert sent.status_code == 403
