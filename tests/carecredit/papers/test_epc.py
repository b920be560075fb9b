"""The code to pay by says what the standard asks for, line by line, and refuses what it cannot."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money
from carecredit.papers.epc import BYTES_MAX, Transfer, payload, qr_svg

IBAN = "BE72000000001616"


def transfer(**cells: object) -> Transfer:
    facts = {
        "payee": "Red Cross",
        "iban": IBAN,
        "amount": Money(100, "EUR"),
        "text": "Urgency fund",
    }
    return Transfer(**facts | cells)  # type: ignore[arg-type] # each test gives one cell of its own


class TestThePayload:
    def test_is_the_one_of_the_guideline(self) -> None:
        said = payload(transfer(bic="BPOTBEB1")).split("\n")

        assert said == [
            "BCD", "002", "1", "SCT", "BPOTBEB1", "Red Cross", IBAN, "EUR1.00", "", "",
            "Urgency fund",
        ]  # fmt: skip

    def test_carries_a_reference_in_place_of_a_text(self) -> None:
        said = payload(transfer(reference="RF18539007547034")).split("\n")

        assert said[9:] == ["RF18539007547034"]

    def test_writes_cents_and_leaves_an_unknown_amount_open(self) -> None:
        assert payload(transfer(amount=Money(5, "EUR"))).split("\n")[7] == "EUR0.05"
        assert payload(transfer(amount=None)).split("\n")[7] == ""

    @pytest.mark.parametrize(
        ("cells", "field"),
        [
            ({"payee": "x" * 71}, "payee"),
            ({"payee": " "}, "payee"),
            ({"payee": "one\nEUR9999999.00"}, "payee"),
            ({"text": "x" * 141}, "text"),
            ({"amount": Money(0, "EUR")}, "amount"),
            ({"amount": Money(100, "CHF")}, "amount"),
            ({"amount": Money(100_000_000_000, "EUR")}, "amount"),
        ],
    )
    def test_refuses_what_the_standard_does_not_carry(
        self, cells: dict[str, object], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            payload(transfer(**cells))

        assert refused.value.field == field

    @given(st.text(max_size=70), st.text(max_size=140), st.integers(1, 99_999_999_999))
    def test_never_says_more_than_a_line_each_and_fits(
        self, payee: str, text: str, minor: int
    ) -> None:
        try:
            said = payload(transfer(payee=payee, text=text, amount=Money(minor, "EUR")))
        except Invalid:
            return

        assert len(said.encode()) <= BYTES_MAX
        assert said.split("\n")[5] == payee
        assert said.split("\n")[6] == IBAN


class TestTheCode:
    def test_is_a_picture_with_a_name_and_its_quiet_zone(self) -> None:
        root = ET.fromstring(qr_svg(payload(transfer()), title="Pay <1.00>"))

        assert root.get("viewBox")
        assert "Pay <1.00>" in "".join(root.itertext())

    def test_of_the_longest_payload_is_no_larger_than_allowed(self) -> None:
        longest = payload(transfer(payee="x" * 70, text="y" * 140, bic="BPOTBEB1XXX"))

        assert qr_svg(longest, title="t")
        with pytest.raises(Invalid):
            qr_svg("x" * 400, title="t")
