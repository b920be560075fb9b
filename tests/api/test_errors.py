"""What goes wrong on our side is told without its inside."""

from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

import servers
from carecredit.settings import Settings
from carecredit_api.app import create_app

API = "/api/v1"


class TestAnUnforeseenError:
    def test_gives_a_reference_to_quote(self, centre: Any, caplog: Any) -> None:
        centre.app.state.clock = lambda: 1 / 0

        answer = centre.get(f"{API}/worklist")

        assert answer.status_code == 500
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["instance"] in caplog.text
        assert "division" not in answer.text

    def test_of_a_database_that_is_away_says_so(self, centre: Any, tmp_path: Path) -> None:
        settings = Settings(
            database_url=f"sqlite:///{tmp_path}/no/such/folder/x.db",
            secret_key=servers.SECRET.decode(),
        )
        with TestClient(create_app(settings)) as http:
            headers = {"Authorization": f"Bearer {centre.keys['admin']}"}
            answer = http.get(f"{API}/clients", headers=headers)
            ready = http.get("/health/ready")

        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert answer.headers["Retry-After"]
        assert (ready.status_code, ready.json()["database"]) == (503, "away")


class TestHealth:
    def test_says_that_all_is_there(self, any_centre: Any) -> None:
        live, ready = (any_centre.get(f"/health/{name}", key=None) for name in ("live", "ready"))

        assert (live.status_code, live.json()) == (200, {"status": "ok"})
        assert ready.status_code == 200
        assert ready.json() == {
            "status": "ok",
            "database": "ok",
            "schema": "ok",
            "broker": "in_process",
        }

    def test_says_that_the_schema_is_behind(self, tmp_path: Path) -> None:
        settings = Settings(
            database_url=f"sqlite:///{tmp_path}/bare.db", secret_key=servers.SECRET.decode()
        )

        with TestClient(create_app(settings)) as http:
            ready = http.get("/health/ready")

        assert (ready.status_code, ready.json()["schema"]) == (503, "behind")

    @pytest.mark.parametrize("running", [True, False])
    def test_looks_at_a_broker_of_its_own(
        self, sqlite_url: str, valkey_url: str, *, running: bool
    ) -> None:
        url = valkey_url if running else f"redis://127.0.0.1:{servers.free_port()}"
        settings = Settings(
            database_url=sqlite_url, secret_key=servers.SECRET.decode(), broker_url=url
        )

        with TestClient(create_app(settings)) as http:
            ready = http.get("/health/ready")

        assert ready.json()["broker"] == ("ok" if running else "away")
        assert ready.status_code == (200 if running else 503)
