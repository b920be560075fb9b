"""`carecredit customer`, as it is typed."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

import worlds
from carecredit import cli  # noqa: F401 - the commands of the customer are put together there
from carecredit.cli.context import out
from carecredit.cli.customer import customer
from carecredit.desk import CareCredit
from carecredit.kernel.errors import Invalid

SAID = ("--basis", "letter", "--proof", "letter of 5 June")
Run = Callable[..., Result]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: worlds.NOW)
    client_id = worlds.found_client(opened.store)
    worlds.add_customer(opened.store, client_id, phone="+390612345678", name="Mario Verdi")
    for name in ("customer", "customer_holds"):
        monkeypatch.setattr(sys.modules[f"carecredit.cli.{name}"], "desk", lambda: opened)
    yield opened
    opened.close()


@pytest.fixture
def run(desk: CareCredit, monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - opened first
    def invoke(command: str, *arguments: str) -> Result:
        monkeypatch.setattr(out, "width", 300)
        whom = ("--client", "ACQ", "--customer", "K-1")
        return CliRunner().invoke(customer, (command, *whom, *arguments))

    return invoke


def shown(run: Run, *arguments: str) -> Any:
    return json.loads(run("show", "--json", *arguments).output)


class TestCustomer:
    def test_records_and_shows_all_that_was_said(self, run: Run) -> None:
        for told in (
            ("consent", "granted", "--channel", "email", "--purpose", "marketing", *SAID),
            ("opt-out", "--channel", "voice", *SAID),
            ("prefer", "--hours", "mon=18:00-21:00", "--hours", "fri=", "--basis", "call"),
            ("need", "helper", "--basis", "call", "--review-on", "2026-09-01"),
            ("add-point", "phone", "0549 882345 / 02 5555 0101"),
            ("point-is", "+390255550101", "bad", "--said", "wrong_number"),
        ):
            result = run(*told)
            assert result.exit_code == 0, result.exception

        found = shown(run, "--needs")

        assert [each["stance"] for each in found["consents"]] == ["granted", "refused"]
        assert found["needs"][0]["review_on"] == "2026-09-01"
        assert len(found["preferences"][0]["hours"]) == 7
        assert [each["bad_reason"] for each in found["points"]] == [None, None, "wrong_number"]
        assert shown(run)["needs"] is None

    def test_shows_it_to_people(self, run: Run) -> None:
        run("opt-out", "--channel", "voice", *SAID)
        run("prefer", "--only", "email", "--basis", "call")
        run("need", "pause", "--basis", "call")
        with out.capture() as text:
            run("show", "--needs")

        told = text.get()
        assert "Silent: voice, any purpose, since 2026-06-08" in told
        assert "channels email" in told
        assert "Need: pause" in told

    def test_erases_where_it_is_meant(self, run: Run) -> None:
        refused = run("erase")
        assert isinstance(refused.exception, Invalid)

        assert run("erase", "--yes").exit_code == 0

        found = shown(run)
        assert [each["bad_reason"] for each in found["points"]] == ["erased"]
        assert found["suppressions"][0]["channel"] is None

    def test_says_which_contact_points_there_are(self, run: Run) -> None:
        result = run("point-is", "+391", "works")

        assert "+390612345678" in str(result.exception)


class TestHolds:
    def test_are_placed_with_their_days_listed_and_ended(self, run: Run) -> None:
        placed = run("hold", "breathing_space", "--proof", "x", "--registered-on", "2026-06-01")
        assert placed.exit_code == 0, placed.exception
        assert "until 2026-07-30T23:00:00+00:00" in placed.output
        hold_id = placed.output.split()[0]

        assert "breathing_space since" in run("holds").output
        assert json.loads(run("holds", "--json").output)[0]["id"] == hold_id
        assert run("review-hold", hold_id, "--on", "2026-07-01").exit_code == 0
        assert json.loads(run("holds", "--json").output)[0]["review_on"] == "2026-07-01"
        assert run("end-hold", hold_id).exit_code == 0
        assert run("holds").output == ""
        assert getattr(run("end-hold", hold_id).exception, "code", "") == "hold_unknown"

    def test_have_an_end_and_an_invoice_that_is(self, run: Run) -> None:
        endless = run("hold", "moratorium", "--proof", "decree")
        assert getattr(endless.exception, "code", "") == "hold_needs_end"
        nowhere = run("hold", "vulnerability", "--proof", "letter", "--invoice", "F-9")
        assert getattr(nowhere.exception, "code", "") == "invoice_unknown"
