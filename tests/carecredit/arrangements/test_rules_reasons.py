"""The catalogues: every reason leads somewhere, in both languages, and says what to avoid."""

import tomllib
from importlib import resources
from typing import Any

import pytest

from carecredit.arrangements.rules import (
    CatalogueUnsound,
    NextStep,
    NonPaymentReason,
    UnknownBonus,
    bonus,
    bonuses,
    catalogue,
    parse_bonuses,
    parse_reasons,
)

THREATS = (
    "legal",
    "court",
    "lawyer",
    "tribunale",
    "avvocato",
    "azione legale",
    "pignor",
    "enforce",
)


def packaged(name: str) -> dict[str, Any]:
    file = resources.files("carecredit.arrangements").joinpath("catalogues", name)
    return tomllib.loads(file.read_text(encoding="utf-8"))


class TestTheCatalogue:
    def test_tells_of_every_reason_in_both_languages(self) -> None:
        found = catalogue()

        assert set(found.reasons) == set(NonPaymentReason)
        assert found.version == "1"
        for reason in found.reasons.values():
            assert set(reason.words) == set(reason.say) == set(reason.avoid) == {"it", "en"}

    @pytest.mark.parametrize(
        ("reason", "first"),
        [
            ("not_received", NextStep.RESEND_INVOICE),
            ("forgotten", NextStep.TAKE_PROMISE),
            ("paid_already", NextStep.ANNOUNCE_PROOF),
            ("contested", NextStep.OPEN_DISPUTE),
            ("short_of_money", NextStep.OFFER_PLAN),
            ("lasting_difficulty", NextStep.OFFER_RELIEF),
            ("waits_for_customers", NextStep.TAKE_PROMISE),
            ("unhappy_with_service", NextStep.OPEN_COMPLAINT),
            ("wrong_person", NextStep.STOP_WRONG_PARTY),
            ("refuses", NextStep.REVIEW_BY_PERSON),
            ("deceased", NextStep.STOP_DECEASED),
        ],
    )
    def test_ties_each_reason_to_what_comes_next(self, reason: str, first: NextStep) -> None:
        assert catalogue().reasons[reason].next[0] is first

    @pytest.mark.parametrize("reason", ["contested", "unhappy_with_service", "deceased"])
    def test_asks_for_no_money_where_something_else_comes_first(self, reason: str) -> None:
        asking = {NextStep.TAKE_PROMISE, NextStep.OFFER_PLAN}

        assert not asking & set(catalogue().reasons[reason].next)

    def test_threatens_nobody(self) -> None:
        for reason in catalogue().reasons.values():
            for text in reason.say.values():
                assert not [word for word in THREATS if word in text.lower()]

    @pytest.mark.parametrize(
        ("place", "value"),
        [
            (("reasons", "forgotten"), None),
            (("reasons", "forgotten", "next"), []),
            (("reasons", "forgotten", "next"), ["threaten"]),
            (("reasons", "forgotten", "say"), {"en": "only English"}),
            (("reasons", "forgotten", "tone"), "harsh"),
            (("reasons", "made_up"), {}),
            (("version",), ""),
        ],
    )
    def test_is_refused_where_it_does_not_say_what_it_must(
        self, place: tuple[str, ...], value: Any
    ) -> None:
        data = packaged("reasons.toml")
        node = data
        for key in place[:-1]:
            node = node[key]
        if value is None:
            del node[place[-1]]
        else:
            node[place[-1]] = value

        with pytest.raises(CatalogueUnsound, match=r"reasons\.toml"):
            parse_reasons(data, source="reasons.toml")


class TestTheBonuses:
    def test_each_have_a_source(self) -> None:
        assert all(one.source for one in bonuses().bonuses.values())
        data = packaged("bonuses.toml")
        next(iter(data["bonuses"].values()))["source"] = " "

        with pytest.raises(CatalogueUnsound, match="source"):
            parse_bonuses(data, source="bonuses.toml")

    def test_that_nobody_knows_are_refused_with_those_there_are(self) -> None:
        with pytest.raises(UnknownBonus, match="it_social_waste"):
            bonus("made_up")
