"""When two persons may be one: what is proposed, and what alone never suffices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.customers.rules import (
    DuplicateReason,
    PersonFacts,
    duplicate_reasons,
    similar_name,
    told_reason,
)
from carecredit.kernel.errors import Invalid

MOBILE, SWISS = "+393331234567", "+41331234567"
NAMES = st.text("abcdei ", max_size=16)


def known(name: str = "Anna Rossi", phone: str = "", email: str = "") -> PersonFacts:
    return PersonFacts(
        frozenset({name}),
        frozenset({phone} if phone else ()),
        frozenset({email} if email else ()),
    )


class TestAProposal:
    @pytest.mark.parametrize(
        ("one", "other", "reasons"),
        [
            (known(phone=MOBILE), known("Rossi, ANNA", MOBILE), ["same_phone", "same_name"]),
            (known(phone=MOBILE), known("A. Rossi", MOBILE), ["same_phone", "similar_name"]),
            (known(phone=MOBILE), known("Ana Rosi", phone=MOBILE), []),
            (known(phone=MOBILE), known("Anna Rosssi", MOBILE), ["same_phone", "similar_name"]),
            (known(phone=MOBILE), known(phone=SWISS), ["phone_other_prefix", "same_name"]),
            (known(email="a@x.it"), known("Bo Verdi", email="a+b@x.it"), ["same_email"]),
            (known(email="a@x.it"), known(email="a@x.it"), ["same_email", "same_name"]),
        ],
    )
    def test_says_why(self, one: PersonFacts, other: PersonFacts, reasons: list[str]) -> None:
        assert list(duplicate_reasons(one, other)) == reasons

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (known(phone=MOBILE), known("Bruno Verdi", MOBILE)),
            (known(phone=MOBILE), known("Anna Rosssi", SWISS)),
            (known(), known()),
            (known("", phone=MOBILE), known("", MOBILE)),
        ],
        ids=["two people with one phone", "a slip and a prefix", "a name alone", "no name"],
    )
    def test_is_not_made_of_this_alone(self, one: PersonFacts, other: PersonFacts) -> None:
        assert duplicate_reasons(one, other) == ()

    @given(NAMES, NAMES)
    def test_is_the_same_from_either_side(self, one: str, other: str) -> None:
        first, second = known(one, MOBILE), known(other, MOBILE)

        assert similar_name(one, other) == similar_name(other, one)
        assert duplicate_reasons(first, second) == duplicate_reasons(second, first)


class TestAReason:
    @pytest.mark.parametrize("reason", DuplicateReason)
    def test_is_told_in_both_languages(self, reason: DuplicateReason) -> None:
        assert set(told_reason(reason)) == {"it", "en"}

    def test_that_is_not_known_is_refused(self) -> None:
        with pytest.raises(Invalid, match="whim"):
            told_reason("whim")
