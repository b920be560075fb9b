"""`carecredit policy list|approve|revoke`: profiles on and off in a named person's name."""

import json
import sys
from collections.abc import Callable, Iterator

import pytest

from carecredit import cli
from carecredit.desk import CareCredit
from carecredit.kernel.clock import parse_instant

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    desk = CareCredit.memory(clock=lambda: parse_instant("2026-06-08T10:00:00+02:00"))
    desk.add_client("ACQ", "Acqua Serena")
    monkeypatch.setattr(sys.modules["carecredit.cli.policy_approvals"], "desk", lambda: desk)

    def run(*words: str) -> tuple[int, str, str]:
        argv = ["carecredit", "policy", *words, "--client", "ACQ"]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), told.out, told.err

    yield run
    desk.close()


class TestApprovals:
    def test_tells_the_whole_history_of_a_profile(self, run: Run) -> None:
        assert run("approve", "house_gentle", "--by", "Anna Bianchi")[0] == 0
        assert run("approve", "house_gentle", "--by", "Marco Verdi")[0] == 0
        code, out, _ = run("revoke", "house_gentle", "--by", "Lia Neri")
        assert (code, out) == (0, "house_gentle is off, taken back by Lia Neri.\n")

        _, listed, _ = run("list")

        lines = listed.splitlines()
        assert lines[0].endswith(": off")
        assert "approved by Marco Verdi, 2026-06-08 08:00 UTC, until" in lines[1]
        assert "(Lia Neri)" in lines[1]
        assert "approved by Anna Bianchi" in lines[2]

    def test_lists_as_json_what_there_is_to_approve(self, run: Run) -> None:
        _, out, _ = run("list", "--all", "--json")

        told = {each["profile_key"]: each["state"] for each in json.loads(out)}
        assert told["it_debt_unirec"] == "off"
        assert run("list")[1].startswith("No profile was ever approved")

    def test_refuses_what_is_not_on_and_what_no_source_backs(self, run: Run) -> None:
        assert run("revoke", "house_gentle", "--by", "Lia")[0] == 1
        assert "profile_unverified" in run("approve", "mx_condusef", "--by", "Lia")[2]
