"""What is never allowed is open to the request or the consent that the law excepts."""

from typing import Any

import msgspec
import pytest

from carecredit.contact_policy import rules
from decisions import PROFILES, ROME, TUESDAY, at, codes, decide
from told import refused

ENERGY = PROFILES["it_marketing_energy_2026"]
CODE = PROFILES["it_marketing_code"]
CALL = rules.Request("voice", "marketing")
ASKED = msgspec.structs.replace(CALL, requested=True)
NIGHT = at("2026-11-24T23:00:00+01:00")
MORNING = at("2026-11-25T09:00:00+01:00")


def consented(**fields: Any) -> rules.Facts:
    return msgspec.structs.replace(ROME, consents=(rules.Consent(**fields),))


SPECIFIC = consented(channel="voice", purpose="marketing")


class TestTheBanOnSellingEnergy:
    @pytest.mark.parametrize(
        "facts",
        [
            ROME,
            msgspec.structs.replace(ROME, consents=()),
            consented(),
            consented(channel="voice"),
            consented(purpose="marketing"),
            consented(channel="sms", purpose="marketing"),
            consented(channel="voice", purpose="marketing", ends_at=TUESDAY),
        ],
    )
    def test_holds_without_a_consent_of_its_own(self, facts: rules.Facts) -> None:
        verdict = decide(CALL, facts=facts, profiles=(CODE, ENERGY))

        assert verdict.decision == "never"
        assert "outside_window" in codes(verdict)

    @pytest.mark.parametrize(("request_", "facts"), [(ASKED, ROME), (CALL, SPECIFIC)])
    def test_opens_to_a_request_and_to_a_specific_consent_within_the_hours_of_others(
        self, request_: rules.Request, facts: rules.Facts
    ) -> None:
        now = decide(request_, facts=facts, profiles=(CODE, ENERGY))
        night = decide(request_, facts=facts, profiles=(CODE, ENERGY), now=NIGHT)

        assert now.allowed
        assert (night.decision, night.not_before) == ("defer", MORNING)

    def test_opens_when_the_consent_begins(self) -> None:
        soon = consented(channel="voice", purpose="marketing", starts_at=NIGHT)

        assert decide(CALL, facts=soon, profiles=(CODE, ENERGY)).not_before == MORNING

    def test_is_not_passed_by_an_offer_beside_what_was_asked_for(self) -> None:
        beside = rules.Request("voice", "service", requested=True, promotion=True)
        open_service = msgspec.structs.replace(CODE, key="mine", purposes=frozenset({"service"}))

        verdict = decide(beside, profiles=(open_service, CODE, ENERGY))

        assert verdict.decision == "never"

    def test_gives_no_hours_of_its_own(self) -> None:
        place = rules.Place(("Europe/Rome",), ("IT",), "MI", True, ())

        assert rules.picked((ENERGY,), place, ASKED) == ()
        assert rules.picked((CODE, ENERGY), place, ASKED) == (CODE, ENERGY)


class TestUnless:
    def test_belongs_to_what_is_never(self) -> None:
        hours = {"mon": [["09:00", "10:00"]], "unless": ["consent"]}

        assert "only what is never can be opened" in refused(windows=hours).message
        assert "unless" in refused(windows={"never": True, "unless": ["whim"]}).message


class TestWishes:
    def test_take_an_offer_asked_for_as_consented_to(self) -> None:
        said: dict[str, Any] = {"preferences": (), "consents": (), "needs": (), "at": TUESDAY}
        beside = rules.Request("voice", "service", requested=True, promotion=True)

        assert list(rules.wish_stops(ASKED, **said)) == []
        missing = [rules.Stop("consent_missing", purpose="marketing")]
        assert list(rules.wish_stops(CALL, **said)) == missing
        assert list(rules.wish_stops(beside, **said)) == missing
