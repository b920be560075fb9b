"""Who can take a matter: every thing that is missing is a reason, and more ability never harms."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, OperatorId, new_id
from carecredit.team.rules import (
    Level,
    Needs,
    Profile,
    Spoken,
    check_code,
    check_languages,
    check_name,
    check_shift,
    match_score,
    may_take,
)
from carecredit.team.rules.words import reasons
from worlds import NOW

OURS, THEIRS = ClientId(new_id()), ClientId(new_id())
ANNA = OperatorId(new_id())
HOUR = timedelta(hours=1)


def profile(**facts: Any) -> Profile:
    """Somebody who speaks Italian, serves our company and is at work."""
    told: dict[str, Any] = {
        "languages": (Spoken("it", Level.C2),),
        "clients": (OURS,),
        "on_shift": True,
    }
    return Profile(ANNA, "Anna", **told | facts)


def needs(**facts: Any) -> Needs:
    told: dict[str, Any] = {"client_id": OURS, "language": "it"}
    return Needs(**told | facts)


def missing(who: Profile, what: Needs) -> list[str]:
    return [reason.code for reason in may_take(who, what).reasons]


LANGUAGES, SKILLS = st.sampled_from(["it", "en", "de"]), st.sampled_from(["water", "plans", "vip"])
profiles = st.builds(
    profile,
    languages=st.dictionaries(LANGUAGES, st.sampled_from(Level)).map(
        lambda spoken: tuple(Spoken(*each) for each in sorted(spoken.items()))
    ),
    skills=st.sets(SKILLS).map(lambda found: tuple(sorted(found))),
    clients=st.sampled_from([(), (OURS,), (OURS, THEIRS)]),
    on_shift=st.booleans(),
    away=st.booleans(),
)
matters = st.builds(
    needs,
    client_id=st.sampled_from([OURS, THEIRS]),
    language=LANGUAGES,
    level=st.sampled_from(Level),
    skills=st.sets(SKILLS).map(lambda found: tuple(sorted(found))),
    now=st.booleans(),
)


class TestMayTake:
    def test_says_yes_where_nothing_is_missing(self) -> None:
        assert may_take(profile(), needs()).allowed

    @pytest.mark.parametrize(
        ("who", "what", "codes"),
        [
            ({"clients": (THEIRS,)}, {}, ["company_not_served"]),
            ({}, {"language": "de"}, ["language_missing"]),
            ({"languages": (Spoken("it", Level.A2),)}, {}, ["language_below"]),
            ({"languages": (Spoken("it", Level.B1),)}, {}, []),
            ({"skills": ("water",)}, {"skills": ("water", "plans")}, ["skill_missing"]),
            ({"away": True}, {}, ["away"]),
            ({"on_shift": False}, {}, ["off_shift"]),
            ({"on_shift": False, "away": True}, {"now": False}, []),
            (
                {"clients": (), "languages": (), "on_shift": False},
                {"skills": ("vip",)},
                ["company_not_served", "language_missing", "skill_missing", "off_shift"],
            ),
        ],
    )
    def test_names_everything_that_is_missing(
        self, who: dict[str, Any], what: dict[str, Any], codes: list[str]
    ) -> None:
        assert missing(profile(**who), needs(**what)) == codes

    def test_says_it_in_both_languages_with_the_facts(self) -> None:
        (reason,) = may_take(profile(), needs(language="de")).reasons

        assert reason.sentence == {
            "it": "Non parla la lingua richiesta (de).",
            "en": "Does not speak the language asked for (de).",
        }
        assert all(words.it != words.en for words in reasons().values())

    @given(profiles, matters, SKILLS)
    def test_never_takes_away_what_somebody_could_because_they_learnt_more(
        self, who: Profile, what: Needs, skill: str
    ) -> None:
        best = tuple(Spoken(it.language, Level.C2) for it in who.languages)
        more = replace(who, skills=(*who.skills, skill), languages=best)

        assert set(missing(more, what)) <= set(missing(who, what))

    @given(profiles, matters)
    def test_asks_no_less_of_somebody_at_work_than_of_anybody(
        self, who: Profile, what: Needs
    ) -> None:
        ahead = missing(who, replace(what, now=False))

        assert set(ahead) <= set(missing(who, replace(what, now=True)))

    @given(profiles, matters)
    def test_is_never_allowed_for_a_company_that_is_not_served(
        self, who: Profile, what: Needs
    ) -> None:
        assert not may_take(replace(who, clients=()), what).allowed


class TestMatchScore:
    def test_puts_whoever_has_least_to_spare_first(self) -> None:
        plain = profile(languages=(Spoken("it", Level.B1),))
        fluent = profile(languages=(Spoken("it", Level.C2),))
        trained = profile(languages=(Spoken("it", Level.B1),), skills=("water", "vip"))

        ordered = sorted([fluent, trained, plain], key=lambda who: match_score(who, needs()))

        assert ordered == [plain, trained, fluent]

    @given(profiles, matters)
    def test_spares_nothing_below_zero_where_one_may_take_it(
        self, who: Profile, what: Needs
    ) -> None:
        if may_take(who, what).allowed:
            assert min(match_score(who, what)) >= 0


class TestWhatIsSaid:
    def test_of_languages_is_each_one_once(self) -> None:
        assert check_languages([Spoken("it", Level.C2)]) == {"it": "C2"}
        with pytest.raises(Invalid, match="twice"):
            check_languages([Spoken("it", Level.C2), Spoken("it", Level.A1)])
        with pytest.raises(Invalid, match="no language"):
            check_languages([Spoken("Italian", Level.C2)])

    def test_has_words_and_names_that_can_be_read(self) -> None:
        assert check_code("billing_water", field="skills") == "billing_water"
        assert check_name(" Anna ", "an operator") == "Anna"
        for bad in ("Water", "", "x" * 65):
            with pytest.raises(Invalid):
                check_code(bad, field="skills")
        for bad in (" ", "x" * 201, "a\nb"):
            with pytest.raises(Invalid):
                check_name(bad, "an operator")

    def test_of_shifts_ends_after_it_starts_within_a_day(self) -> None:
        check_shift(NOW, NOW + 24 * HOUR)
        for ends_at in (NOW, NOW - HOUR, NOW + 25 * HOUR):
            with pytest.raises(Invalid):
                check_shift(NOW, ends_at)
