"""`carecredit serve`, as one starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

import servers
from carecredit.kernel.errors import Misconfigured
from carecredit.schema import SchemaBehind
from carecredit.settings import Settings
from carecredit_api.commands import look

SECRET = servers.SECRET.decode()
CODE = "from carecredit_api.commands import serve; serve()"


class TestServe:
    def test_answers_and_stops_when_told(self, sqlite_url: str) -> None:
        port = servers.free_port()
        environ = os.environ | {
            "CARECREDIT_DATABASE_URL": sqlite_url,
            "CARECREDIT_SECRET_KEY": SECRET,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        process = subprocess.Popen(
            [sys.executable, "-c", CODE, "--port", str(port)],
            env=environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            ready = _first_answer(f"http://127.0.0.1:{port}/health/ready")
            refused = httpx.get(f"http://127.0.0.1:{port}/api/v1/clients")
        finally:
            process.send_signal(signal.SIGTERM)
            _, told = process.communicate(timeout=20)

        assert ready.json()["status"] == "ok"
        assert "server" not in ready.headers
        assert (refused.status_code, refused.json()["code"]) == (401, "key_needed")
        assert f"CareCredit serves http://127.0.0.1:{port}/" in told
        assert "Traceback" not in told

    def test_says_that_the_port_is_taken(self, sqlite_url: str) -> None:
        settings = Settings(database_url=sqlite_url, secret_key=SECRET)
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]

            with pytest.raises(Misconfigured, match=f"port {port} .* taken"):
                look(settings, host="127.0.0.1", port=port)

    def test_says_that_the_database_is_not_prepared(self, tmp_path: Path) -> None:
        settings = Settings(database_url=f"sqlite:///{tmp_path}/bare.db", secret_key=SECRET)

        with pytest.raises(SchemaBehind, match="carecredit db upgrade"):
            look(settings, host="127.0.0.1", port=servers.free_port())

    def test_says_that_the_secret_is_missing(self, sqlite_url: str) -> None:
        with pytest.raises(Misconfigured, match="CARECREDIT_SECRET_KEY"):
            look(Settings(database_url=sqlite_url), host="127.0.0.1", port=1)


def _first_answer(url: str) -> httpx.Response:
    for _ in range(200):
        try:
            return httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer in twenty seconds")
