"""What the door refuses: every route asks for its right, every answer has the one shape."""

import json
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import get

import servers
from carecredit.kernel.errors import Misconfigured
from carecredit.settings import Settings
from carecredit.team.rules import Role, may
from carecredit_api.app import create_app
from carecredit_api.console.assets import SECURITY_HEADERS
from carecredit_api.inspection import check_json
from carecredit_api.openapi import description
from carecredit_api.security import inventory, refuse_undeclared
from centre import opened

API = "/api/v1"
UNKNOWN = str(uuid.UUID(int=7))
BODIES: dict[str, dict[str, Any]] = {
    "invoices": {
        "customer_id": UNKNOWN,
        "number": "F-9",
        "invoiced_on": "2026-06-01",
        "due_on": "2026-06-30",
        "gross": "10.00",
        "currency": "EUR",
    },
    "payments": {
        "customer_id": UNKNOWN,
        "number": "P-9",
        "received_on": "2026-06-01",
        "amount": "10.00",
        "currency": "EUR",
    },
    "credit-limit": {"currency": "EUR", "valid_from": "2026-06-01", "set_by": "Anna"},
    "where-to-pay": {"payee": None, "iban": None, "bic": None},
    "mandate": {"valid_from": "2026-06-01"},
    "wrap-up": {"disposition": "busy"},
    "correct": {
        "credit_number": "NC-9",
        "corrected_on": "2026-06-01",
        "reason": "wrong price",
        "replacement": {
            "customer_id": UNKNOWN,
            "number": "F-9",
            "invoiced_on": "2026-06-01",
            "gross": "10.00",
            "currency": "EUR",
        },
    },
    "resolve": {"finding": "made"},
    "consents": {"stance": "refused", "basis": "call", "proof": "said so"},
    "preferences": {"basis": "call", "language": "en"},
    "suppressions": {"basis": "call", "proof": "said so"},
    "needs": {"kind": "helper", "basis": "call"},
    "contact-points": {"kind": "email", "given": "anna@example.org"},
    "state": {"state": "works"},
    "holds": {"reason": "represented", "proof": "letter of their lawyer"},
    "erasure": {"number": "K-0"},
}
QUERIES = {
    "contactability": "channel=voice",
    "series": "at=2026-05",
}
SHAPE = {"type", "title", "status", "detail", "code"}


@pytest.fixture(scope="module")
def centre(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One centre for all that is refused here: nothing of it changes anything."""
    folder = tmp_path_factory.mktemp("refusals")
    with opened(servers.copy_database(sqlite_template, folder / "carecredit.db"), folder) as made:
        yield made


def body_of(path: str) -> dict[str, Any] | None:
    return BODIES.get(path.rpartition("/")[2])


def query_of(path: str) -> str:
    return QUERIES.get(path.rpartition("/")[2], "")


def filled(path: str, *, customer: object, invoice: object, touch: object) -> str:
    """Put ids where a path has places for them."""
    found = path.replace("{customer_id}", str(customer)).replace("{invoice_id}", str(invoice))
    found = found.replace("{dispute_id}", UNKNOWN).replace("{allocation_id}", UNKNOWN)
    found = found.replace("{entry_id}", UNKNOWN).replace("{point_id}", UNKNOWN)
    found = found.replace("{hold_id}", UNKNOWN)
    return found.replace("{touch_id}", str(touch)).replace("{metric_id}", "dso.simple.p3m")


def guarded() -> list[tuple[str, str, Any]]:
    """List the routes that need a key."""
    settings = Settings(database_url="sqlite://", secret_key=servers.SECRET.decode())
    return [each for each in inventory(create_app(settings)) if each[2] != "public"]


ROUTES = guarded()
every_route = pytest.mark.parametrize(
    ("method", "path", "need"), ROUTES, ids=[f"{it[0]} {it[1]}" for it in ROUTES]
)
OF_CLIENTS = [each for each in ROUTES if "_id}" in each[1] and "metric" not in each[1]]


def is_problem(answer: Any) -> bool:
    """Say whether an answer is a problem document that agrees with itself."""
    body = answer.json()
    return (
        answer.headers["content-type"].startswith("application/problem+json")
        and body.keys() >= SHAPE
        and body["status"] == answer.status_code
        and body["type"].endswith(":" + body["code"])
    )


class TestEveryRoute:
    def test_refuses_at_start_to_be_left_undeclared(self) -> None:
        settings = Settings(database_url="sqlite://", secret_key=servers.SECRET.decode())
        app = create_app(settings)

        @get("/forgotten", sync_to_thread=False)
        def forgotten() -> None: ...

        app.register(forgotten)

        with pytest.raises(Misconfigured, match="GET /forgotten"):
            refuse_undeclared(app)

    def test_asks_for_a_key(self, centre: Any) -> None:
        for method, path, _ in ROUTES:
            address = filled(path, customer=UNKNOWN, invoice=UNKNOWN, touch=UNKNOWN)
            for key in (None, "cc_not_a_key", "x" * 5_000):
                answer = centre.ask(method, address, key=key, json=body_of(path))

                assert answer.status_code == 401, (method, path)
                assert is_problem(answer)
                assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_asks_for_its_right(self, centre: Any) -> None:
        for method, path, need in ROUTES:
            address = filled(path, customer=UNKNOWN, invoice=UNKNOWN, touch=UNKNOWN)
            for role in Role:
                answer = centre.ask(
                    method,
                    f"{address}?{query_of(path)}".rstrip("?"),
                    key=str(role),
                    json=body_of(path),
                )
                allowed = need == "any_key" or may(role, need)

                assert (answer.status_code != 403) == allowed, (method, path, role)
                assert answer.status_code < 500, (method, path, role, answer.text)

    def test_answers_for_anothers_ids_as_for_unknown_ones(self, centre: Any) -> None:
        assert OF_CLIENTS
        for method, path, need in OF_CLIENTS:
            roles = (str(role) for role in Role if role is not Role.ADMIN and may(role, need))
            role = next(roles, "admin")
            company = "client=ACQ" if role == "admin" else ""
            theirs = {
                "customer": centre.theirs.customer_id,
                "invoice": centre.theirs.invoice_id,
                "touch": centre.theirs.touch_id,
            }
            unknown = dict.fromkeys(theirs, UNKNOWN)
            answers = [
                centre.ask(
                    method,
                    f"{filled(path, **ids)}?{query_of(path) or company}".rstrip("?"),
                    key=role,
                    json=body_of(path),
                )
                for ids in (theirs, unknown)
            ]

            assert [answer.status_code for answer in answers] == [404, 404], (method, path)
            assert answers[0].json() == answers[1].json()

    @pytest.mark.parametrize("name", ["invoices", "payments"])
    def test_knows_no_foreign_id_in_a_body(self, centre: Any, name: str) -> None:
        theirs = BODIES[name] | {"customer_id": str(centre.theirs.customer_id)}

        answers = [
            centre.post(f"{API}/{name}", key="integrator", json=body)
            for body in (theirs, BODIES[name])
        ]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()

    def test_knows_no_foreign_company(self, centre: Any) -> None:
        foreign, unknown = (
            centre.get(f"{API}/customers?client={code}").json() for code in ("NRD", "NOR")
        )

        assert foreign["code"] == unknown["code"] == "client_unknown"
        assert foreign["detail"].replace("NRD", "NOR") == unknown["detail"]

    def test_asks_which_company_where_there_are_several(self, centre: Any) -> None:
        answer = centre.get(f"{API}/customers", key="admin")

        assert (answer.status_code, answer.json()["code"]) == (422, "client_needed")

    def test_carries_the_security_headers_whatever_comes_of_it(self, centre: Any) -> None:
        answers = [
            centre.get(f"{API}/clients"),
            centre.get(f"{API}/clients", key=None),
            centre.get("/nowhere"),
            centre.ask("DELETE", f"{API}/clients"),
            centre.post(f"{API}/invoices", key="integrator", content=b"x" * 2_000_000),
        ]

        assert [answer.status_code for answer in answers] == [200, 401, 404, 405, 413]
        for answer in answers:
            for name, value in SECURITY_HEADERS.items():
                assert answer.headers[name] == value
            assert answer.headers["Cache-Control"] == "no-store"

    def test_takes_no_unknown_or_doubled_parameter(self, centre: Any) -> None:
        unknown = centre.get(f"{API}/customers?clinet=ACQ")
        doubled = centre.get(f"{API}/customers?client=ACQ&client=ACQ")

        assert [unknown.status_code, doubled.status_code] == [400, 400]
        assert unknown.json()["errors"][0]["pointer"] == "/clinet"
        assert "known: client, cursor, limit, number" in unknown.json()["detail"]

    def test_keeps_what_is_handed_in_by_the_house_out_of_its_address(self, centre: Any) -> None:
        told = centre.get(f"{API}/metrics/receivables.open?visit=1", key="finance")

        assert (told.status_code, told.json()["errors"][0]["pointer"]) == (400, "/visit")
        assert told.json()["detail"].endswith("currency, known_at, rate_set, segment")

    def test_knows_no_session_of_a_browser_on_the_api(self, centre: Any) -> None:
        sessions = centre.app.state.sessions
        centre.http.cookies.set(sessions.cookie, "anything")

        assert centre.get(f"{API}/clients", key=None).status_code == 401


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


class TestAnAddress:
    @pytest.mark.parametrize(
        "path",
        [
            "/customers?limit=0",
            "/customers?limit=99999999999999999999",
            "/customers?cursor=AAAA",
            "/customers?cursor=%FF",
            "/customers?number=%00",
            "/customers/not-an-id",
            "/metrics/dso",
            "/metrics/dso.simple.p99m?as_of=2026-05-31",
            "/metrics/%00",
            "/metrics/dso.simple.p3m?as_of=9999-12-31",
            "/metrics/dso.simple.p3m?as_of=0001-01",
            "/metrics/dso.simple.p3m?as_of=2026-13",
            "/metrics/dso.simple.p3m?known_at=2026-01-01T00:00:00",
            "/metrics/dso.simple.p3m?known_at=9999-12-31T23:59:59-12:00",
            "/metrics/dso.simple.p3m?segment=nowhere",
            "/metrics/dso.simple.p3m?currency=EUX",
            "/metrics/series",
            "/metrics/series?at=2026-01&from=2026-01",
            "/metrics/series?at=" + ",".join(["x"] * 900),
            "/metrics/series?from=1970-01-01&to=2199-12-31",
            "/metrics/series?from=2026-02&to=2026-01",
            "/metrics/series?at=2026-01&ids=dso",
            "/metrics/series?at=2026-01&ids=dso.simple.p60m",
        ],
    )
    def test_that_says_nothing_we_know_is_refused(self, centre: Any, path: str) -> None:
        sign = "&" if "?" in path else "?"

        answer = centre.get(f"{API}{path}{sign}client=ACQ", key="admin")

        assert answer.status_code in {400, 404, 422}, answer.text
        assert is_problem(answer)

    @pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "2199-12-31T23:00:00Z", "nonsense"])
    def test_of_a_far_instant_is_never_our_fault(self, centre: Any, at: str) -> None:
        path = f"{API}/customers/{centre.ours.customer_id}/contactability"

        answer = centre.get(f"{path}?channel=voice&at={at}")

        assert answer.status_code < 500, answer.text

    def test_that_does_not_exist_is_told_in_the_same_shape(self, centre: Any) -> None:
        answers = [
            centre.get("/nowhere"),
            centre.get(f"{API}/nowhere"),
            centre.get("/schema/nowhere"),
            centre.ask("PUT", f"{API}/clients"),
        ]

        assert [answer.status_code for answer in answers] == [404, 404, 404, 405]
        assert all(map(is_problem, answers))
        assert "GET" in answers[3].headers["Allow"]


class TestTheDescription:
    def test_lists_the_refusals_of_every_operation(self, centre: Any) -> None:
        document = description(centre.app)
        operations = [
            operation for methods in document["paths"].values() for operation in methods.values()
        ]

        assert document["openapi"].startswith("3.1")
        assert len(operations) == 76
        for operation in operations:
            refused = {
                status
                for status, it in operation["responses"].items()
                if "application/problem+json" in it.get("content", {})
            }
            assert {"400", "422", "500"} <= refused, operation["operationId"]
            if operation.get("security") != []:
                assert {"401", "403", "404", "503"} <= refused, operation["operationId"]
            assert operation["description"].endswith(".")
            assert operation["summary"]

    def test_gives_an_example_of_every_body(self, centre: Any) -> None:
        document = description(centre.app)

        for methods in document["paths"].values():
            for operation in methods.values():
                told = json.dumps([operation.get("requestBody"), operation["responses"]])
                contents = [
                    media
                    for it in (operation.get("requestBody", {}), *operation["responses"].values())
                    for media in it.get("content", {}).values()
                    if media.get("schema")
                ]
                assert all("example" in media for media in contents), operation["operationId"]
                assert '"text"' not in told, operation["operationId"]

    def test_points_at_nothing_that_is_not_there(self, centre: Any) -> None:
        document = description(centre.app)
        named = set(document["components"]["schemas"])
        text = json.dumps(document)

        pointed = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}

        assert pointed <= named

    def test_takes_its_own_examples(self, centre: Any) -> None:
        document = description(centre.app)
        body = document["paths"][f"{API}/payments"]["post"]["requestBody"]["content"]
        example = body["application/json"]["example"]

        answer = centre.post(
            f"{API}/payments",
            key="integrator",
            json=example | {"customer_id": str(centre.ours.customer_id)},
        )

        assert answer.status_code == 201, answer.text

    def test_is_served_to_whoever_has_a_key(self, centre: Any) -> None:
        answer = centre.get("/schema/openapi.json")

        assert answer.json() == description(centre.app)
