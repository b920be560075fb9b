"""The command line: what it prints, what it says at a wrong turn, and with which exit code."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import servers
import worlds
from carecredit import cli
from carecredit.cli.context import desk
from worlds import customer_row, invoice_row, payment_row

Run = Callable[..., tuple[int, str, str]]
CODE = "from carecredit.cli import main; main()"


@pytest.fixture
def run(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Run a command in this process on a prepared database: exit code, output, complaints."""
    for name in [name for name in os.environ if name.startswith("CARECREDIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CARECREDIT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CARECREDIT_SECRET_KEY", servers.SECRET.decode())

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["carecredit", *map(str, words)])
        try:
            with pytest.raises(SystemExit) as ended:
                cli.main()
        finally:
            if desk.cache_info().currsize:
                desk().close()
            desk.cache_clear()
        told = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), told.out, told.err

    yield run
    desk.cache_clear()


@pytest.fixture
def founded(run: Run) -> Run:
    """The same, with a client company ACQ."""
    run("client", "add", "--code", "ACQ", "--name", "Acque", "--approve", "house_gentle",
        "--by", "Anna Bianchi")  # fmt: skip
    return run


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return worlds.write_ledger(
        tmp_path / "ledger",
        customers=[customer_row()],
        invoices=[invoice_row()],
        payments=[payment_row(amount="20.00")],
    )


class TestClientAdd:
    def test_founds_a_company_and_says_so(self, run: Run) -> None:
        code, out, err = run("client", "add", "--code", "ACQ", "--name", "Acque")

        assert (code, out) == (0, "Client company ACQ (Acque) is there.\n")
        assert "--approve" in err
        assert run("client", "list")[1].startswith("ACQ\tAcque\tEUR")

    def test_founds_nothing_where_the_profile_is_unknown(self, run: Run) -> None:
        code, _, err = run(
            "client", "add", "--code", "ACQ", "--name", "A", "--approve", "x", "--by", "B"
        )

        assert code == 1
        assert "profile_unknown" in err
        assert json.loads(run("client", "list", "--json")[1]) == []

    def test_wants_a_person_behind_an_approval(self, run: Run) -> None:
        code, _, err = run("client", "add", "--code", "A", "--name", "A", "--approve", "x")

        assert code == 2
        assert "--by NAME" in err

    def test_names_the_field_that_is_wrong(self, run: Run) -> None:
        code, _, err = run("client", "add", "--code", "A", "--name", "A", "--zone", "Rome")

        assert code == 1
        assert "Europe/Rome" in err


class TestKeyAdd:
    def test_shows_the_key_once_and_alone_on_standard_output(self, founded: Run) -> None:
        code, out, err = founded("key", "add", "--name", "Anna", "--role", "operator")

        assert code == 0
        assert out.startswith("cc_")
        assert len(out.split()) == 1
        assert "not shown again" in err
        assert out.strip() not in err

    def test_knows_no_unknown_company(self, founded: Run) -> None:
        code, _, err = founded("key", "add", "--name", "A", "--client", "NOBODY")

        assert code == 1
        assert "known: ACQ" in err


class TestImportLedger:
    def test_tells_what_came_in_and_the_second_time_that_nothing_is_new(
        self, founded: Run, ledger: Path
    ) -> None:
        first = founded("import", "ledger", ledger, "--client", "ACQ")
        second = founded("import", "ledger", ledger, "--client", "ACQ")

        assert [first[0], second[0]] == [0, 0]
        assert "invoices.csv" in first[1]
        assert "Nothing new" not in first[1]
        assert "Nothing new" in second[1]

    def test_writes_nothing_and_names_each_bad_row(self, founded: Run, ledger: Path) -> None:
        worlds.write_ledger(ledger, payments=[payment_row(amount="1,5")])

        code, out, err = founded("import", "ledger", ledger, "--client", "ACQ", "--json")

        assert code == 1
        (problem,) = json.loads(out)["problems"]
        assert (problem["line"], problem["column"], problem["value"]) == (2, "amount", "1,5")
        assert "payments.csv:2: amount = '1,5'" in err
        assert "--skip-bad" in err
        report = founded("import", "ledger", ledger, "--client", "ACQ", "--skip-bad", "--json")
        added = {one["file"]: one["added"] for one in json.loads(report[1])["files"]}
        assert added == {"customers.csv": 1, "invoices.csv": 1, "payments.csv": 0}
        assert (ledger / "rejected" / "payments.csv").is_file()

    @pytest.mark.parametrize(
        ("folder", "client", "told"),
        [
            ("nowhere", "ACQ", "is no folder"),
            (".", "ACQ", "holds no ledger"),
            ("ledger", "NOBODY", "known: ACQ"),
        ],
    )
    def test_says_which_turn_was_wrong(
        self, founded: Run, ledger: Path, folder: str, client: str, told: str
    ) -> None:
        code, _, err = founded("import", "ledger", ledger.parent / folder, "--client", client)

        assert code == 1
        assert told in " ".join(err.split())

    def test_tells_bytes_that_are_no_utf_8_in_plain_words(self, founded: Run, ledger: Path) -> None:
        file = ledger / "customers.csv"
        file.write_bytes(file.read_bytes().replace(b"Cliente", b"Citt\xe0"))

        code, _, err = founded("import", "ledger", ledger, "--client", "ACQ")

        assert code == 1
        assert "customers.csv:2: name" in err


class TestPulse:
    def test_plans_at_the_instant_named(self, founded: Run, ledger: Path) -> None:
        founded("import", "ledger", ledger, "--client", "ACQ")
        at = ("--now", "2026-06-08T09:00:00+02:00")

        first = json.loads(founded("pulse", *at, "--json")[1])
        code, out, _ = founded("pulse", *at)

        assert (first[0]["planned"], code) == (1, 0)
        assert "ACQ: 0 touches planned, 1 kept" in out

    @pytest.mark.parametrize("instant", ["today", "2026-06-08", "2026-06-08T09:00:00"])
    def test_refuses_an_instant_without_its_offset(self, founded: Run, instant: str) -> None:
        code, _, err = founded("pulse", "--now", instant)

        assert code == 2
        assert "offset" in " ".join(err.replace("│", " ").split())

    def test_says_where_there_is_nothing_to_do_or_nobody_of_that_name(self, run: Run) -> None:
        assert "client add" in run("pulse")[2]

        code, _, err = run("pulse", "--client", "NOBODY")
        assert code == 1
        assert "known: none yet" in err


class TestSetUp:
    def test_without_a_database_says_what_to_set(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("CARECREDIT_DATABASE_URL")

        code, out, err = run("client", "list")

        assert (code, out) == (3, "")
        assert "CARECREDIT_DATABASE_URL" in err

    @pytest.mark.parametrize(("secret", "told"), [("", "is missing"), ("short", "is too short")])
    def test_without_a_secret_says_how_to_make_one(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, secret: str, told: str
    ) -> None:
        monkeypatch.setenv("CARECREDIT_SECRET_KEY", secret)

        code, _, err = run("client", "list")

        assert code == 3
        assert told in err
        assert "openssl rand" in err

    def test_on_an_unprepared_database_says_how_to_prepare_it(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("CARECREDIT_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")

        code, _, err = run("client", "list")
        assert (code, run("db", "check")[0]) == (3, 3)
        assert "carecredit db upgrade" in err

        assert "brought to level" in run("db", "upgrade")[1]
        assert "is at level" in run("db", "upgrade")[1]
        assert run("db", "check")[0] == 0

    def test_where_nothing_answers_says_so_without_a_traceback(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("CARECREDIT_DATABASE_URL", f"sqlite:///{tmp_path / 'no' / 'x.db'}")

        code, _, err = run("client", "list")

        assert code == 3
        assert "carecredit db upgrade" in " ".join(err.split())
        assert "Traceback" not in err
        assert not (tmp_path / "no").exists()

    def test_under_another_key_writes_nothing(
        self, founded: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CARECREDIT_SECRET_KEY", "another key, made up and long enough, too")

        code, _, err = founded("key", "add", "--name", "a")

        assert (code, "secret_key_differs" in err) == (3, True)
        monkeypatch.setenv("CARECREDIT_SECRET_KEY", servers.SECRET.decode())
        found = {one["about"]: one["state"] for one in json.loads(founded("doctor", "--json")[1])}
        assert (found["key"], found["audit"]) == ("ok", "ok")

    def test_on_a_newer_database_asks_for_a_newer_program(
        self, founded: Run, sqlite_url: str
    ) -> None:
        with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.close()

        answers = [founded("db", "check"), founded("db", "upgrade"), founded("client", "list")]

        assert {code for code, _, _ in answers} == {3}
        assert all("schema_ahead" in err for _, _, err in answers)

    def test_on_another_kind_of_database_names_the_two(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CARECREDIT_DATABASE_URL", "mysql://x/y")

        code, _, err = run("db", "check")

        assert (code, "neither SQLite nor PostgreSQL" in " ".join(err.split())) == (3, True)


class TestDoctor:
    def test_finds_a_sound_set_up_sound(self, founded: Run) -> None:
        code, out, _ = founded("doctor", "--json")

        found = {one["about"]: one["state"] for one in json.loads(out)}
        assert code == 0
        assert (found["audit"], found["schema"], found["mail"]) == ("ok", "ok", "warning")

    def test_names_everything_that_is_wrong_at_once(
        self, founded: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port = servers.free_port()
        monkeypatch.setenv("CARECREDIT_SECRET_KEY", "another key than it was, also long enough")
        monkeypatch.setenv("CARECREDIT_BROKER_URL", f"redis://127.0.0.1:{port}/0")
        monkeypatch.setenv("CARECREDIT_SMTP_URL", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("CARECREDIT_DATABSE_URL", "mistyped")

        code, out, _ = founded("doctor", "--json")

        found = {one["about"]: one["state"] for one in json.loads(out)}
        assert code == 3
        assert {about for about, state in found.items() if state == "wrong"} == {
            "audit", "broker", "key", "mail",
        }  # fmt: skip
        assert "CARECREDIT_DATABSE_URL" in out


class TestTheProgram:
    def start(self, *words: object, **environ: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if "CARECREDIT" not in name}
        command: list[Any] = [sys.executable, "-c", CODE, *map(str, words)]
        return subprocess.run(
            command, env=kept | environ, capture_output=True, text=True, check=False, timeout=60
        )

    def test_ends_with_the_code_that_a_script_can_read(self, sqlite_url: str) -> None:
        environ = {
            "CARECREDIT_DATABASE_URL": sqlite_url,
            "CARECREDIT_SECRET_KEY": servers.SECRET.decode(),
        }

        ended = [
            self.start("client", "list", **environ),
            self.start("pulse", "--client", "NOBODY", **environ),
            self.start("pulse", "--colour", **environ),
            self.start("pulse"),
        ]

        assert [one.returncode for one in ended] == [0, 1, 2, 3]
        assert not any("Traceback" in one.stderr for one in ended)
        assert "client_unknown" in ended[1].stderr


class TestPlan:
    def test_says_what_comes_next_and_why(self, founded: Run) -> None:
        founded("import", "ledger", "tests/ledger", "--client", "ACQ")

        code, told, _ = founded(
            "plan", "--client", "ACQ", "--customer", "K-1", "--now", "2026-06-08T10:30:00+02:00"
        )

        assert code == 0
        assert told.splitlines()[0] == (
            "Invoice F-1 is 8 days past due: it may have slipped by, we ask kindly."
        )

    def test_says_in_italian_why_nothing_does(self, founded: Run) -> None:
        founded("import", "ledger", "tests/ledger", "--client", "ACQ")

        _, told, _ = founded("plan", "--client", "ACQ", "--customer", "K-3", "--language", "it")

        assert told.splitlines()[0] == "Non conosciamo un recapito valido."

    def test_knows_nobody_else(self, founded: Run) -> None:
        code, _, complaint = founded("plan", "--client", "ACQ", "--customer", "K-9")

        assert code == 1
        assert "customer_unknown" in complaint


class TestWorklist:
    def test_says_that_nobody_waits(self, founded: Run) -> None:
        code, _, told = founded("worklist")

        assert code == 0
        assert "Nobody waits" in told

    def test_is_an_empty_list_as_json(self, founded: Run) -> None:
        assert json.loads(founded("worklist", "--json")[1]) == []
