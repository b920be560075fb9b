"""What a body must be: declared, readable, and of the fields we know."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from bodies import BODIES, is_problem
from carecredit_api.inspection import check_json

API = "/api/v1"


@pytest.fixture(scope="module")
def centre(shared_centre: Any) -> Any:
    return shared_centre


class TestABody:
    @pytest.mark.parametrize(
        "declared", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"]
    )
    def test_must_be_declared_as_json(self, centre: Any, declared: str) -> None:
        answer = centre.post(
            f"{API}/payments",
            key="integrator",
            content=json.dumps(BODIES["payments"]),
            headers={"Content-Type": declared},
        )

        assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")

    def test_names_the_field_that_is_not_known(self, centre: Any) -> None:
        answer = centre.post(
            f"{API}/payments", key="integrator", json=BODIES["payments"] | {"balance": "1"}
        )

        assert answer.status_code == 422
        assert "balance" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("amount", "1e3"),
            ("amount", 10),
            ("amount", "\u0661\u0662"),
            ("amount", "-5.00"),
            ("amount", "1.001"),
            ("amount", "9" * 17),
            ("currency", "EUX"),
            ("currency", "eur"),
            ("received_on", "0001-01-01"),
            ("received_on", "9999-12-31"),
            ("number", ""),
            ("number", "x" * 201),
            ("customer_id", "no"),
        ],
    )
    def test_names_the_field_at_fault(self, centre: Any, field: str, value: object) -> None:
        body = BODIES["payments"] | {
            "customer_id": str(centre.ours.customer_id),
            field: value,
        }

        answer = centre.post(f"{API}/payments", key="integrator", json=body)

        assert answer.status_code == 422, answer.text
        assert is_problem(answer)
        assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{field}"]

    def test_that_nobody_could_mean_is_never_our_fault(self, centre: Any) -> None:
        chance = random.Random(7)
        for raw in hostile(chance):
            for declared in ("application/json", "text/plain"):
                for name, key in (("payments", "integrator"), ("invoices", "integrator")):
                    answer = centre.post(
                        f"{API}/{name}",
                        key=key,
                        content=raw,
                        headers={"Content-Type": declared},
                    )

                    assert 400 <= answer.status_code < 500, (raw[:60], answer.text)
                    assert is_problem(answer)

    def test_that_nobody_could_mean_wraps_nothing_up(self, centre: Any) -> None:
        path = f"{API}/touches/{centre.ours.touch_id}/wrap-up"
        for told in (
            {"disposition": "right_party", "note": "a\0b"},
            {"disposition": "right_party", "callback_at": "9999-12-31T23:59:59-12:00"},
            {"disposition": "right_party", "callback_at": "2026-06-09T10:00:00"},
            {"disposition": "right_party", "callback_at": 10**30},
            {
                "disposition": "right_party",
                "promise": {"amount": "1", "currency": "EUR", "promised_on": "9999-12-31"},
            },
            {"disposition": "right_party", "disputed_invoices": ["\ud800"]},
            {"disposition": []},
        ):
            answer = centre.post(
                path,
                content=json.dumps(told),
                headers={"Content-Type": "application/json"},
            )

            assert answer.status_code in {400, 409, 422}, (told, answer.text)
            assert is_problem(answer)


def hostile(chance: random.Random) -> Iterator[bytes]:
    """Make bodies that a parser may stumble over."""
    yield from (b"", b"null", b"[]", b"1e400", b"{", b'{"a":', b"\xff\xfe", b'"\\ud800"', b"\0")
    yield b"[" * 5_000
    yield b'{"a":' * 5_000
    yield b"[" * 100 + b"]" * 100
    yield b'{"number":"\\u0000"}'
    yield b'{"number":' + b"9" * 5_000 + b"}"
    yield b'{"amount":NaN,"number":Infinity}'
    yield b'{"number":"' + b"\\" * 10_001
    yield b'{"number":"' + b'\\"' * 200_000
    yield b"x" * 2_000_000
    yield json.dumps(BODIES["payments"]).encode("utf-16")
    good = json.dumps(BODIES["payments"] | {"note": "è"}, ensure_ascii=False).encode()
    for _ in range(60):
        place = chance.randrange(len(good))
        yield good[:place] + chance.randbytes(chance.randint(0, 3)) + good[place + 1 :]


class TestCheckJson:
    def test_does_not_count_brackets_inside_texts(self) -> None:
        check_json(json.dumps({"note": "[" * 1_000 + '"{' * 1_000}))

    def test_takes_an_escaped_backslash_before_u0000_as_text(self) -> None:
        check_json('{"note": "\\\\u0000"}')
