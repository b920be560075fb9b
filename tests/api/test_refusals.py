"""What the door refuses: every route asks for its right, every answer has the one shape."""

import re
from typing import Any

import pytest
from litestar import get

import servers
from bodies import BODIES, UNKNOWN, is_problem
from carecredit.kernel.errors import Misconfigured
from carecredit.settings import Settings
from carecredit.team.rules import Role, may
from carecredit_api.app import create_app
from carecredit_api.console.assets import SECURITY_HEADERS
from carecredit_api.security import inventory, refuse_undeclared

API = "/api/v1"


QUERIES = {
    "action-choices": "since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z",
    "contactability": "channel=voice",
    "survey-scores": "kind=csat&since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z",
    "series": "at=2026-05",
    "search": "q=bolletta",
}


@pytest.fixture(scope="module")
def centre(shared_centre: Any) -> Any:
    return shared_centre


def body_of(path: str) -> dict[str, Any] | None:
    return BODIES.get(path.rpartition("/")[2])


def query_of(path: str) -> str:
    return QUERIES.get(path.rpartition("/")[2], "")


def filled(path: str, *, customer: object, invoice: object, touch: object) -> str:
    """Put ids where a path has places for them."""
    known = {"customer_id": customer, "invoice_id": invoice, "touch_id": touch}
    known["metric_id"] = "dso.simple.p3m"
    known["kind"] = "our_word"
    return re.sub(r"{(\w+)}", lambda place: str(known.get(place[1], UNKNOWN)), path)


def guarded() -> list[tuple[str, str, Any]]:
    """List the routes that need a key."""
    settings = Settings(database_url="sqlite://", secret_key=servers.SECRET.decode())
    return [each for each in inventory(create_app(settings)) if each[2] != "public"]


ROUTES = guarded()


OF_THE_CENTRE = tuple(f"{API}/{name}" for name in ("operators", "squads", "shifts"))
OF_CLIENTS = [
    each
    for each in ROUTES
    if "_id}" in each[1]
    and "metric" not in each[1]
    and not each[1].startswith(OF_THE_CENTRE)
    # What a page sends is a form, not JSON; test_console_forms sends it with another's ids.
    and (each[0], each[1].startswith("/people/")) != ("POST", True)
]


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
