import pytest

from carecredit.kernel import phones
from carecredit.kernel.errors import Invalid
from carecredit.kernel.phones import NeverDialled, NotANumber, normalise, split

ITALIAN = "Europe/Rome Europe/Vatican"
SPANISH = "Atlantic/Canary Europe/Madrid"


class TestNormalise:
    @pytest.mark.parametrize(
        ("raw", "region", "e164", "found", "kind", "zones"),
        [
            ("+39 333 1234567", None, "+393331234567", "IT", "mobile", ITALIAN),
            ("06 69812345", "IT", "+390669812345", "VA", "fixed_line", "Europe/Vatican"),
            ("0039 333 1234567", "IT", "+393331234567", "IT", "mobile", ITALIAN),
            ("+378 0549 882345", None, "+3780549882345", "SM", "fixed_line", "Europe/San_Marino"),
            ("+39 0549 882345", None, "+3780549882345", "SM", "fixed_line", "Europe/San_Marino"),
            ("0549 882345", "IT", "+3780549882345", "SM", "fixed_line", "Europe/San_Marino"),
            ("+378 882345", None, "+3780549882345", "SM", "fixed_line", "Europe/San_Marino"),
            (
                "+1 212 555 0123",
                None,
                "+12125550123",
                "US",
                "fixed_line_or_mobile",
                "America/New_York",
            ),
            ("+55 81 98765 4321", None, "+5581987654321", "BR", "mobile", "America/Recife"),
            ("+7 401 212 3456", None, "+74012123456", "RU", "fixed_line", "Europe/Kaliningrad"),
            (
                "+62 812 3456 7890",
                None,
                "+6281234567890",
                "ID",
                "mobile",
                "Asia/Jakarta Asia/Makassar Asia/Jayapura",
            ),
            (
                "+34 612 345 678",
                None,
                "+34612345678",
                "ES",
                "mobile",
                SPANISH,
            ),
            (
                "+1 850 555 0123",
                None,
                "+18505550123",
                "US",
                "fixed_line_or_mobile",
                "America/New_York America/Chicago",
            ),
            ("+800 1234 5678", None, "+80012345678", "001", "toll_free", ""),
            ("＋３９ ３３３ １２３４５６７", None, "+393331234567", "IT", "mobile", ITALIAN),
        ],
    )
    def test_gives_the_one_canonical_form(
        self, raw: str, region: str | None, e164: str, found: str, kind: str, zones: str
    ) -> None:
        phone = normalise(raw, region)

        assert (phone.e164, phone.region, phone.kind) == (e164, found, kind)
        assert phone.zones == tuple(zones.split())
        assert phone.raw == raw

    def test_takes_in_the_missing_zones_of_australian_mobiles(self) -> None:
        zones = normalise("+61 491 570 156", None).zones

        assert {"Australia/Darwin", "Australia/Melbourne", "Australia/Hobart"} <= set(zones)

    @pytest.mark.parametrize("raw", ["+1 212 555 0123 ext. 42", "tel:+1-212-555-0123;ext=42"])
    def test_keeps_the_extension_apart(self, raw: str) -> None:
        phone = normalise(raw, None)

        assert (phone.e164, phone.extension) == ("+12125550123", "42")

    def test_keeps_the_extension_of_a_san_marino_number_dialled_through_italy(self) -> None:
        phone = normalise("+39 0549 882345 int. 7", None)

        assert (phone.e164, phone.extension) == ("+3780549882345", "7")

    @pytest.mark.parametrize(
        ("raw", "region"),
        [
            ("+39 892 424", None),
            ("+39 848 800800", None),
            ("112", "IT"),
            ("48000", "IT"),
            ("199 123456", "IT"),
            ("+39 178 1234567", None),
            ("911", "US"),
        ],
    )
    def test_refuses_what_is_never_dialled(self, raw: str, region: str | None) -> None:
        with pytest.raises(NeverDialled, match="give the customer's own line") as refused:
            normalise(raw, region)

        assert (refused.value.code, refused.value.field) == ("phone_never_dialled", "phone")

    @pytest.mark.parametrize(
        ("raw", "region"),
        [
            ("3331234567", None),
            ("+39 (0) 333 1234567", None),
            ("+44 7700 900123", None),
            ("+52 1 55 1234 5678", None),
            ("333-1234567 / 06 1234", "IT"),
            ("", "IT"),
            ("not a number", "IT"),
            ("3331234567;3339876543", "IT"),
            ("3331234567,,3339876543", "IT"),
            ("1" * 500, "IT"),
        ],
    )
    def test_refuses_what_is_no_number_and_says_how_to_write_one(
        self, raw: str, region: str | None
    ) -> None:
        with pytest.raises(NotANumber, match="country code") as refused:
            normalise(raw, region)

        assert (refused.value.code, refused.value.field) == ("phone_invalid", "phone")

    def test_gives_its_own_form_back_unchanged(self) -> None:
        once = normalise("0549 882345", "IT")

        again = normalise(once.e164, None)

        assert again.e164 == once.e164


class TestSplit:
    @pytest.mark.parametrize(
        ("raw", "numbers"),
        [
            ("333-1234567 / 06 1234", "+393331234567 +39061234"),
            ("06/12345678", "+390612345678"),
            ("06/12345678; 333 1234567", "+390612345678 +393331234567"),
            ("333 1234567, 333 1234567", "+393331234567"),
            ("3331234567/3337654321", "+393331234567 +393337654321"),
            ("333 1234567\n02 12345678", "+393331234567 +390212345678"),
            ("+12125550123;ext=42", "+12125550123"),
            ("+12125550123;ext=42;333 1234567", "+12125550123 +393331234567"),
            ("3331234567;3339876543", "+393331234567 +393339876543"),
            ("3331234567,,3339876543", "+393331234567 +393339876543"),
            ("3331234567 3339876543", "+393331234567 +393339876543"),
            ("333 1234567 333 9876543", "+393331234567 +393339876543"),
            ("3331234567-3339876543", "+393331234567 +393339876543"),
            ("333 1234567 o 02 12345678", "+393331234567 +390212345678"),
            ("333 1234567 e 02 12345678", "+393331234567 +390212345678"),
            ("+39 333 1234567 +39 02 12345678", "+393331234567 +390212345678"),
            ("06 1234567 - 8", "+39061234567 +39061234568"),
            ("06 1234567 / 68 / 69", "+39061234567 +39061234568 +39061234569"),
            ("06 1234567/8", "+39061234567 +39061234568"),
            ("06 - 12345678", "+390612345678"),
            ("333 - 123 - 45 - 67", "+393331234567"),
            ("333 1234567, 42", "+393331234567"),
        ],
    )
    def test_reads_every_number_of_a_field(self, raw: str, numbers: str) -> None:
        found = split(raw, "IT")

        assert [phone.e164 for phone in found] == numbers.split()

    def test_dials_on_after_a_hyphen_where_that_is_the_custom(self) -> None:
        assert [phone.e164 for phone in split("030 123456 - 78", "DE")] == ["+493012345678"]

    def test_keeps_the_field_beside_each_number_and_no_number_as_an_extension(self) -> None:
        found = split("3331234567;3339876543", "IT")

        assert [phone.extension for phone in found] == [None, None]

    @pytest.mark.parametrize(
        "raw",
        [
            "",
            " ; ",
            "333 1234567; ask Maria",
            "333 1234567 / 112",
            "333 1234567 199 123456",
            "3331234567; 33398765439876",
            "1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7",
        ],
    )
    def test_refuses_a_field_of_which_a_part_is_no_number(self, raw: str) -> None:
        with pytest.raises(Invalid):
            split(raw, "IT")


class TestCorrections:
    def test_replace_the_zones_of_every_code_known_to_mislead(self) -> None:
        known = phones.corrections()

        assert len(known) == 26
        assert known["+1928"] == ("America/Phoenix", "America/Denver")
