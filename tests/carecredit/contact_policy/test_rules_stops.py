"""What beats everything: stops, and what a person has asked for."""

from datetime import timedelta

import msgspec
import pytest

from carecredit.contact_policy import rules
from decisions import DEBT, HOUSE, TUESDAY, at, codes, decide, stopped


class TestStops:
    @pytest.mark.parametrize(
        ("kind", "code"),
        [
            ("dispute", "hold:dispute"),
            ("promise", "hold:promise"),
            ("hardship", "hold:hardship"),
            ("proof_of_payment", "hold:proof_of_payment"),
            ("breathing_space", "moratorium"),
            ("moratorium", "moratorium"),
            ("deceased", "hold:deceased"),
            ("something_new", "hold:something_new"),
            ("opt_out", "opt_out"),
        ],
    )
    def test_refuse_for_as_long_as_they_last(self, kind: str, code: str) -> None:
        endless = decide(facts=stopped(kind))
        ending = decide(facts=stopped(kind, ends_at=at("2026-11-25T10:00:00+01:00")))

        assert (endless.decision, codes(endless)) == ("never", [code])
        assert ending.not_before == at("2026-11-25T10:00:00+01:00")

    @pytest.mark.parametrize("kind", ["dispute", "complaint", "promise", "plan"])
    def test_of_invoices_leave_other_invoices_and_services_alone(self, kind: str) -> None:
        about_another = decide(facts=stopped(kind, debts=("D2",)))
        about_any = msgspec.structs.replace(DEBT, debts=())
        about_none = decide(about_any, facts=stopped(kind, debts=("D2",)))
        service = decide(msgspec.structs.replace(DEBT, purpose="service"), facts=stopped(kind))

        assert about_another.allowed
        assert not about_none.allowed
        assert service.allowed

    @pytest.mark.parametrize("kind", ["deceased", "cease_request", "breathing_space"])
    def test_of_the_person_silence_services_about_money_too(self, kind: str) -> None:
        service = msgspec.structs.replace(DEBT, purpose="service")
        answer = rules.Request("voice", "service", requested=True)

        assert not decide(service, facts=stopped(kind)).allowed
        assert not decide(
            msgspec.structs.replace(service, requested=True), facts=stopped(kind)
        ).allowed
        assert decide(answer, facts=stopped(kind)).allowed

    def test_by_opt_out_close_their_channel_and_purpose_alone(self) -> None:
        no_calls = stopped("opt_out", channel="voice")
        no_marketing = stopped("opt_out", purpose="marketing")

        assert codes(decide(facts=no_calls)) == ["opt_out"]
        assert decide(msgspec.structs.replace(DEBT, channel="email"), facts=no_calls).allowed
        assert decide(facts=no_marketing).allowed

    def test_that_begin_later_move_the_next_instant_and_do_not_block_now(self) -> None:
        tomorrow = {
            "starts_at": at("2026-11-25T00:00:00+01:00"),
            "ends_at": at("2026-11-26T00:00:00+01:00"),
        }

        now = decide(facts=stopped("dispute", **tomorrow))
        tonight = decide(facts=stopped("dispute", **tomorrow), now=at("2026-11-24T22:00:00+01:00"))

        assert now.allowed
        assert tonight.not_before == at("2026-11-26T09:00:00+01:00")


class TestRequested:
    HISTORY = (
        rules.Event("conversation", TUESDAY - timedelta(days=1)),
        rules.Event("attempt", TUESDAY - timedelta(hours=1)),
    )

    def test_passes_house_caps_gaps_and_silences(self) -> None:
        asked = msgspec.structs.replace(DEBT, requested=True)

        assert not decide(history=self.HISTORY).allowed
        assert decide(asked, history=self.HISTORY).allowed

    def test_passes_the_silence_of_a_promise(self) -> None:
        asked = msgspec.structs.replace(DEBT, requested=True)

        assert decide(asked, facts=stopped("promise", debts=("D1",))).allowed

    def test_passes_neither_windows_nor_caps_of_law_nor_hard_stops(self) -> None:
        asked = msgspec.structs.replace(DEBT, requested=True)
        talked = (rules.Event("conversation", TUESDAY - timedelta(hours=2)),)

        assert codes(decide(asked, now=at("2026-11-24T22:00:00+01:00"))) == ["outside_window"] * 2
        assert codes(decide(asked, history=talked)) == ["cap:conv_day"]
        assert codes(decide(asked, facts=stopped("dispute"))) == ["hold:dispute"]
        assert codes(decide(asked, facts=stopped("opt_out"))) == ["opt_out"]


class TestReach:
    def test_of_a_dispute_leaves_a_service_that_also_promotes(self) -> None:
        offer = rules.Request("voice", "service", ("D1",), promotion=True)
        ad = rules.Request("voice", "marketing")
        wide = msgspec.structs.replace(HOUSE, purposes=rules.PURPOSES)

        for request in (offer, ad):
            assert decide(request, facts=stopped("dispute"), profiles=(wide,)).allowed

    def test_of_an_opt_out_holds_for_what_was_asked_for_too(self) -> None:
        answer = rules.Request("voice", "service", requested=True)

        assert codes(decide(answer, facts=stopped("opt_out"))) == ["opt_out"]

    def test_of_a_stop_of_no_kind_we_know_is_everything_about_money(self) -> None:
        assert codes(decide(facts=stopped("unheard_of"))) == ["hold:unheard_of"]
        verdict = decide(facts=stopped("unheard_of"))
        assert "(unheard_of)" in verdict.reasons[0].sentence.en


class TestExplain:
    def test_tells_every_reason_once_after_the_other(self) -> None:
        facts = msgspec.structs.replace(
            stopped("dispute"), stops=(rules.Stop("dispute"), rules.Stop("deceased"))
        )

        assert rules.explain(decide(facts=facts), language="en") == (
            "There is a reason not to ask (an open dispute). "
            "There is a reason not to ask (the person has died)."
        )
