"""Account numbers and references are accepted only where every check digit fits."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carecredit.kernel.banking import (
    IBAN_LENGTHS,
    check_bic,
    check_iban,
    creditor_reference,
    in_fours,
    is_creditor_reference,
)
from carecredit.kernel.errors import Invalid

ITALIAN = "IT60X0542811101000000123456"
PUBLISHED = [
    ITALIAN,
    "DE89370400440532013000",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
]
letters = st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class TestAnIban:
    @pytest.mark.parametrize("iban", PUBLISHED)
    def test_of_the_registry_is_accepted(self, iban: str) -> None:
        assert check_iban(iban) == iban

    def test_may_be_written_in_groups_and_small_letters(self) -> None:
        assert check_iban(" it60 x054 2811 1010 0000 0123 456 ") == ITALIAN

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "no IBAN"),
            ("IT60", "no IBAN"),
            ("IT60-0542811101000000123456", "no IBAN"),
            ("ZZ60X0542811101000000123456", "no country"),
            (ITALIAN[:-1], "27 characters, not 26"),
            (ITALIAN[:-1] + "7", "check digits"),
        ],
    )
    def test_that_does_not_fit_is_refused_with_the_way_out(self, text: str, why: str) -> None:
        with pytest.raises(Invalid, match=why) as refused:
            check_iban(text)

        assert refused.value.field == "iban"

    @given(st.integers(4, len(ITALIAN) - 1), letters)
    def test_with_one_character_mistyped_is_never_accepted(self, place: int, typed: str) -> None:
        wrong = ITALIAN[:place] + typed + ITALIAN[place + 1 :]
        # A digit typed as a letter moves all that follows: one in 97 of these still fits
        # (ISO 7064 holds within digits, and within letters).
        assume(typed != ITALIAN[place] and typed.isdigit() == ITALIAN[place].isdigit())

        with pytest.raises(Invalid):
            check_iban(wrong)

    def test_is_of_a_length_that_the_standard_allows(self) -> None:
        assert all(15 <= length <= 34 for length in IBAN_LENGTHS.values())

    def test_is_read_out_in_fours(self) -> None:
        assert in_fours(ITALIAN) == "IT60 X054 2811 1010 0000 0123 456"


class TestABic:
    @pytest.mark.parametrize("bic", ["BPMOIT22", "BPMOIT22XXX"])
    def test_has_eight_or_eleven_characters(self, bic: str) -> None:
        assert check_bic(bic.lower()) == bic

    @pytest.mark.parametrize("bic", ["BPMOIT2", "BPMOIT22XX", "12MOIT22", ""])
    def test_of_any_other_form_is_refused(self, bic: str) -> None:
        with pytest.raises(Invalid, match="8 or 11"):
            check_bic(bic)


class TestACreditorReference:
    def test_is_the_published_one(self) -> None:
        assert creditor_reference("539007547034") == "RF18539007547034"

    def test_leaves_out_what_a_payer_does_not_type(self) -> None:
        assert creditor_reference("K-10/42 b") == creditor_reference("K1042B")

    @pytest.mark.parametrize("number", ["", "---", "è-12", "1" * 22, "K#1"])
    def test_is_not_made_of_what_it_cannot_carry(self, number: str) -> None:
        assert creditor_reference(number) is None

    @given(st.text(letters, min_size=1, max_size=21))
    def test_fits_its_own_check_digits(self, number: str) -> None:
        reference = creditor_reference(number)

        assert reference is not None
        assert is_creditor_reference(reference)
        assert len(reference) <= 25

    def test_with_two_digits_swapped_is_none(self) -> None:
        assert not is_creditor_reference("RF18539007547043")
