"""By what a contact point is recognised."""

import pytest

from carecredit.customers.rules import known_as


class TestKnownAs:
    @pytest.mark.parametrize(
        ("kind", "value", "known"),
        [
            ("email", "elda+x@example.org", "elda@example.org"),
            ("email", "elda+x+y@example.org", "elda@example.org"),
            ("email", "elda@example.org", "elda@example.org"),
            ("email", "+x@example.org", "+x@example.org"),
            ("phone", "+393331234567", "+393331234567"),
        ],
    )
    def test_leaves_out_what_follows_a_plus_sign(self, kind: str, value: str, known: str) -> None:
        assert known_as(kind, value) == known
