"""`carecredit policy`: worked cases proved and disproved, notices and interest reckoned."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import worlds
from carecredit import cli
from carecredit.desk import CareCredit
from carecredit.holds.operations import NewHold, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.clock import parse_instant
from carecredit.kernel.ids import new_id
from carecredit.mandates.queries import client_by_code

Run = Callable[..., tuple[int, str, str]]
NOW = parse_instant("2026-06-08T10:00:00+02:00")
HEAD = "schema_version = 1\n"
SATURDAY = """
[[cases]]
id = "S1"
title = "Saturday at 14:59"
number = "+393331234567"
profiles = ["it_debt_unirec"]
zones = ["Europe/Rome"]
now = 2026-11-21T13:59:00Z
expect = { decision = "allow", next = 2026-11-21T13:59:00Z, reasons = [] }
"""
SEVENTH_DAY = """
[[cases]]
id = "S2"
title = "Spoken on Monday as day 1, asked again on Sunday"
number = "+12125550123"
profiles = ["us_regf"]
zones = ["America/New_York"]
debt = "D1"
now = 2026-11-23T01:00:00Z
history = [{ kind = "conversation", at = 2026-11-16T15:00:00Z, debt = "D1", direction = "in" }]
expect = { decision = "deny", next = 2026-11-23T13:00:00Z, reasons = ["cooloff"] }
"""
ROME_FOR_THE_COAST = """
[[cases]]
id = "S3"
number = "+14155550123"
profiles = ["us_regf"]
zones = ["America/Los_Angeles"]
now = 2026-11-23T15:30:00Z
operator = { zone = "Europe/Rome", window = ["09:00", "18:00"], calendar = "IT" }
expect = { decision = "deny", next = 2026-11-23T16:00:00Z, reasons = ["outside_window"] }
"""
MORATORIUM = """
[[cases]]
id = "S4"
number = "+442079460018"
profiles = ["uk_conc7"]
zones = ["Europe/London"]
subdivision = "ENG"
now = 2026-11-23T10:00:00Z
not_before = 2027-01-11T00:00:00Z
expect = { decision = "deny", next = 2027-01-11T09:00:00Z, reasons = ["moratorium"] }
"""
UNKNOWN = """
[[cases]]
id = "S5"
profiles = ["atlantis"]
zones = ["Europe/Rome"]
now = 2026-11-23T10:00:00Z
expect = { decision = "deny", next = "never", reasons = ["profile_unknown"] }
"""
TERM = """
[[term_cases]]
id = "T1"
function = "it_electricity_request"
inputs = { received_on = 2026-11-02, deadline_on = 2026-11-17, reducible = true }
expect = { first_day = 2026-11-28 }

[[term_cases]]
id = "T2"
function = "ca_on_first_call"
inputs = { letter_sent_on = 2026-11-16, zone = "America/Toronto" }
expect = { first_instant = 2026-11-23T12:00:00Z }
"""
MONEY = """
[[money_cases]]
id = "M1"
function = "fixed_compensation"
inputs = { country = "IT", parties = "B2B", currency = "EUR", principals = ["300.00", "120.00"] }
expect = { fixed = "80.00", currency = "EUR" }
"""
OWN = """
[[cases]]
id = "S6"
profiles = ["ours"]
zones = ["Africa/Cairo"]
now = 2027-04-29T20:45:00Z
history = [{ kind = "conversation", at = 2027-04-29T20:30:00Z }]
expect = { decision = "deny", next = 2027-04-29T22:00:00Z, reasons = ["cap:a_day"] }

[profiles.ours]
title = "Always open, once a day"
jurisdiction = "*"
purpose = ["test"]
legal_force = "test"
channels = ["voice"]
windows = { any = true }
holidays = { policy = "none" }
sources = []
verified = false
confidence = 1.0

[[profiles.ours.caps]]
id = "a_day"
count = 1
window = { kind = "calendar_day", n = 1 }
scope = "per_person"
counts = "conversations"
"""
ALL = HEAD + SATURDAY + SEVENTH_DAY + ROME_FOR_THE_COAST + MORATORIUM + UNKNOWN + TERM + MONEY + OWN


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["carecredit", "policy", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), told.out, told.err

    return run


@pytest.fixture
def check(run: Run, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    def check(text: str, *options: str) -> tuple[int, str, str]:
        file = tmp_path / "cases.toml"
        file.write_text(text, encoding="utf-8")
        return run("check", file, *options)

    return check


class TestCheck:
    def test_passes_what_comes_as_wanted(self, check: Any) -> None:
        code, out, _ = check(ALL)

        assert code == 0
        assert "cases.toml: 9 of 9 cases as wanted" in out
        assert "tzdata 20" in out

    @pytest.mark.parametrize(
        ("asked", "instead", "told"),
        [
            ('decision = "allow"', 'decision = "deny"', "S1 Saturday at 14:59\n  decision: wanted"),
            ("next = 2026-11-23T13:00:00Z", "next = 2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"),
            ('["cooloff"]', '["cap:seven_in_seven"]', "cooloff by us_regf.cooloff"),
            ('["outside_window"]', '["holiday"]', "outside_window by us_regf.windows"),
            ('["moratorium"]', '["opt_out"]', "reasons: wanted opt_out, came moratorium"),
            ('next = "never"', "next = 2026-11-23T10:00:00Z", "came never"),
            ("first_day = 2026-11-28", "first_day = 2026-11-27", "wanted 2026-11-27, came"),
            ("2026-11-23T12:00:00Z }", "2026-11-23T13:00:00Z }", "came 2026-11-23T12:00:00Z"),
            ('fixed = "80.00"', 'fixed = "40.00"', "fixed: wanted 40.00, came 80.00"),
            ('fixed = "80.00"', 'sum = "80.00"', "sum: wanted 80.00, came (no such answer)"),
            ("reducible = true", 'reducible = "perhaps"', "came refused: it_electricity_request"),
            ('function = "fixed', 'function = "unfixed', "came refused: 'unfixed_compensation'"),
            ("count = 1\n", "count = 2\n", "cap:a_day, came no reason"),
        ],
    )
    def test_prints_a_difference_with_its_rule_and_fails(
        self, check: Any, asked: str, instead: str, told: str
    ) -> None:
        assert asked in ALL
        code, out, _ = check(ALL.replace(asked, instead))

        assert code == 1
        assert told in out
        assert "8 of 9 cases as wanted" in out

    def test_tells_the_same_as_json(self, check: Any) -> None:
        code, out, _ = check(ALL.replace('"80.00"', '"40.00"'), "--json")

        told = json.loads(out)
        assert code == 1
        assert told["passed"] is False
        assert told["brought"] == ["ours"]
        assert [(each["case"], each["came"]) for each in told["differences"]] == [("M1", "80.00")]

    def test_says_that_a_files_profile_stands_in_for_the_installed_one(self, check: Any) -> None:
        code, out, err = check((HEAD + OWN).replace("ours", "house_gentle"))

        assert code == 0, out
        assert "house_gentle is the file's own here" in " ".join(err.split())

    @pytest.mark.parametrize(
        ("asked", "instead", "place"),
        [
            ('debt = "D1"\nnow', 'dept = "D1"\nnow', "line 18, cases 2, dept"),
            ("now = 2026-11-23T01:00:00Z", "now = 2026-11-23T01:00:00", "line 19, cases 2, now"),
            ('kind = "conversation", at = 2026-11-16', 'kind = "chat", at = 2026-11-16',
             "line 20, cases 2, history"),
            ('title = "Spoken', 'text = "Spoken', "line 14, cases 2, text"),
            ('decision = "allow"', 'decision = "maybe"', "line 10, cases 1, expect"),
            ('next = "never"', 'next = "soon"', "cases 5, expect"),
            ('id = "T2"\nfunction', 'id = "T2"\nfunctions', "term_cases 2, functions"),
            ('id = "S2"', 'id = "S1"', "two cases are called 'S1'"),
            ("schema_version = 1", "schema_version = 2", "line 1, schema_version"),
            ("[[money_cases]]", "[[cash_cases]]", "cash_cases"),
            ("windows = { any = true }", 'windows = { whenever = "yes" }', "ours"),
            ("zones = [", "zones = ", "cases.toml"),
            ("now = 2026-11-23T01:00:00Z", "now = 9999-11-23T01:00:00Z", "line 19, cases 2, now"),
            ("at = 2026-11-16T15:00:00Z", "at = 9999-12-31T23:59:59Z", "line 20, cases 2, history"),
            ("not_before = 2027", "not_before = 9999", "cases 4, not_before: an instant from 1900"),
            ("next = 2026-11-21T13:59:00Z", "next = 1000-01-01T00:00:00Z", "cases 1, expect"),
            ('window = ["09:00", "18:00"]', 'window = ["18:00", "09:00"]',
             "line 29, cases 3, operator: window: '18:00-09:00' ends before it starts"),
            ('window = ["09:00", "18:00"]', 'window = ["09:00", "25:00"]',
             "line 29, cases 3, operator: window: '09:00-25:00' are no hours"),
            ("n = 1 }", "n = 99999999 }", "ours: caps.a_day.window.n must be at most 3660"),
        ],
    )  # fmt: skip
    def test_refuses_a_file_with_the_place(
        self, check: Any, asked: str, instead: str, place: str
    ) -> None:
        assert asked in ALL
        code, out, err = check(ALL.replace(asked, instead))

        assert code == 1
        assert out == ""
        assert place in " ".join(err.split())

    def test_refuses_a_file_that_proves_nothing(self, check: Any) -> None:
        code, _, err = check(HEAD)

        assert code == 1
        assert "0 cases" in err


class TestReckon:
    def test_reckons_late_interest_with_its_segments(self, run: Run) -> None:
        code, out, _ = run(
            "reckon", "late_interest", "country=GB", "parties=B2B", "currency=GBP",
            "principals=5000.00", "due_on=2026-07-31", "paid_on=2026-08-30",
        )  # fmt: skip

        assert code == 0
        assert out.splitlines()[:3] == ["interest: 48.29", "fixed: 70.00", "currency: GBP"]
        assert "30 days on 5000.00 GBP at 11.75 %" in out

    def test_reckons_a_notice_in_italian(self, run: Run) -> None:
        code, out, _ = run("reckon", "it_water_notice", "due_on=2026-10-01", "--language", "it")

        assert code == 0
        assert "first_reminder_day: 2026-10-12" in out
        assert "10 giorni dal 01/10/2026" in out

    @pytest.mark.parametrize(
        ("words", "code", "told"),
        [
            (["it_gas_request", "received_on=2026-11-02"], 1, "deadline_on"),
            (["it_water_notice", "due=2026-10-01"], 1, "due"),
            (["it_water_notice", "due_on"], 2, "key=value"),
            (["it_wind_notice"], 2, "it_wind_notice"),
        ],
    )
    def test_refuses_what_it_cannot_reckon(
        self, run: Run, words: list[str], code: int, told: str
    ) -> None:
        ended, _, err = run("reckon", *words)

        assert ended == code
        assert told in err


class TestExplain:
    @pytest.fixture
    def desk(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CareCredit]:
        opened = CareCredit.memory(clock=lambda: NOW)
        opened.add_client("ACQ", "Acqua Serena", profiles=["house_gentle"], by="Anna Bianchi")
        folder = worlds.write_ledger(
            tmp_path, customers=[worlds.customer_row(phone="+393331234567")],
            invoices=[worlds.invoice_row()],
        )  # fmt: skip
        opened.import_ledger(folder, client="ACQ")
        monkeypatch.setattr(sys.modules["carecredit.cli.policy"], "desk", lambda: opened)
        yield opened
        opened.close()

    @pytest.mark.usefixtures("desk")
    def test_says_yes_with_what_to_respect(self, run: Run) -> None:
        code, out, err = run(
            "explain", "--client", "ACQ", "--customer", "K-1", "--purpose", "service"
        )

        assert code == 0, err
        assert out.startswith("Yes: may be contacted now.\nvoice, service\nTo respect then:\n")
        assert "Make sure who is speaking" in out
        assert "Do not begin after Monday 08/06/2026 at 19:50 (Europe/Rome)" in out
        assert "on behalf of Acqua Serena; am I speaking with Cliente K-1?" in out
        assert "house_gentle 2026-11-22; tzdata " in out

    @pytest.mark.usefixtures("desk")
    def test_says_in_italian_why_not_and_when_first(self, run: Run) -> None:
        code, out, _ = run(
            "explain", "--client", "ACQ", "--customer", "K-1", "--channel", "voice",
            "--at", "2026-06-08T23:30:00+02:00", "--language", "it",
        )  # fmt: skip

        lines = out.splitlines()
        assert code == 0
        assert "martedì 09/06/2026 alle 09:00 (Europe/Rome)" in lines[0]
        assert lines[1] == "voice, debt_collection"
        assert lines[2].startswith("- Fuori dall'orario")
        assert "outside_window (house_gentle.windows, 2026-06-09T07:00:00+00:00)" in lines[3]
        assert "Da rispettare allora:" in lines

    def test_finds_a_customer_by_id_too_and_answers_as_json(
        self, run: Run, desk: CareCredit
    ) -> None:
        with desk.store.read(desk.caller) as session:
            client_id = client_by_code(session, code="ACQ").id
            customer_id = worlds.customer_numbered(session, client_id, "K-1")

        code, out, _ = run(
            "explain", "--client", "ACQ", "--customer", customer_id, "--channel", "sms",
            "--purpose", "marketing", "--json",
        )  # fmt: skip

        told = json.loads(out)
        assert code == 0
        assert told["verdict"]["decision"] == "never"
        assert told["verdict"]["reasons"][0]["code"] == "profile_unknown"
        assert told["verdict"]["inputs_hash"]

    def test_does_not_reassure_where_something_is_overdue_and_complained_of(
        self, run: Run, desk: CareCredit
    ) -> None:
        with desk.store.begin(desk.caller) as session:
            client_id = client_by_code(session, code="ACQ").id
            customer_id = worlds.customer_numbered(session, client_id, "K-1")
            hold = NewHold(customer_id, HoldReason.COMPLAINT, new_id(), NOW)
            place(session, client_id=client_id, hold=hold, now=NOW)

        _, out, _ = run("explain", "--client", "ACQ", "--customer", "K-1")
        _, asked, _ = run(
            "explain", "--client", "ACQ", "--customer", "K-1", "--purpose", "service", "--requested"
        )

        assert out.startswith("No:")
        assert "hold:complaint" in out
        assert asked.startswith("Yes:")

    @pytest.mark.usefixtures("desk")
    def test_asks_about_a_message_that_also_promotes(self, run: Run) -> None:
        asked = ("explain", "--client", "ACQ", "--customer", "K-1", "--channel", "email")

        assert run(*asked)[1].startswith("Yes:")
        assert "hold:consent_missing" in run(*asked, "--promotion")[1]

    @pytest.mark.usefixtures("desk")
    @pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
    def test_refuses_an_instant_beyond_every_calendar(self, run: Run, at: str) -> None:
        code, _, err = run("explain", "--client", "ACQ", "--customer", "K-1", "--at", at)

        assert code == 1
        assert "an instant from 1900 to 2999 is expected" in " ".join(err.split())

    @pytest.mark.usefixtures("desk")
    def test_asks_about_an_invoice(self, run: Run) -> None:
        asked = ("explain", "--client", "ACQ", "--customer", "K-1", "--debt")

        code, out, err = run(*asked, "F-1", "--json")

        assert code == 0, err
        assert json.loads(out)["purpose"] == "debt_collection"
        assert "invoice_unknown" in run(*asked, "F-9")[2]

    @pytest.mark.usefixtures("desk")
    @pytest.mark.parametrize("customer", ["K-9", "0198c0de-0000-7000-8000-000000000009"])
    def test_refuses_a_customer_it_does_not_know(self, run: Run, customer: str) -> None:
        code, out, err = run("explain", "--client", "ACQ", "--customer", customer)

        assert (code, out) == (1, "")
        assert "no " in err


class TestReplay:
    def test_lists_attempts_and_takes_one_decision_once_more(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        desk = CareCredit.memory(clock=lambda: NOW)
        desk.add_client("ACQ", "Acqua Serena", profiles=["house_gentle"], by="Anna Bianchi")
        folder = worlds.write_ledger(
            tmp_path, customers=[worlds.customer_row(phone="+393331234567", email="")],
            invoices=[worlds.invoice_row()],
        )  # fmt: skip
        desk.import_ledger(folder, client="ACQ")
        monkeypatch.setattr(sys.modules["carecredit.cli.policy_replay"], "desk", lambda: desk)
        desk.pulse()
        for rung in worlds.ring_due(desk.store, now=NOW):
            worlds.answer(desk.store, rung, now=NOW)
        taken = desk.take_next()
        assert taken is not None

        _, listed, _ = run("attempts", "--client", "ACQ", "--customer", "K-1")
        code, out, err = run("replay", str(taken.call.attempt_id), "--client", "ACQ")

        assert listed.split()[0] == str(taken.call.attempt_id)
        assert code == 0, err
        assert "allow, as it did then" in out
        missing = "0198c0de-0000-7000-8000-000000000009"
        assert run("replay", missing, "--client", "ACQ")[0] == 1
        desk.close()


class TestSimulate:
    @pytest.fixture(autouse=True)
    def desk(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[CareCredit]:
        opened = CareCredit.memory(clock=lambda: NOW + timedelta(hours=6))
        client_id = worlds.found_client(opened.store)
        worlds.approve(opened.store, client_id)
        customer_id = worlds.add_customer(opened.store, client_id, email="anna@example.org")
        worlds.add_invoice(
            opened.store, client_id, customer_id, invoiced_on=date(2026, 5, 1),
            due_on=date(2026, 5, 25),
        )  # fmt: skip
        worlds.pulse(opened.store, client_id, now=NOW)
        (rung,) = worlds.ring_due(opened.store, now=NOW + timedelta(hours=2))
        worlds.answer(opened.store, rung, now=NOW + timedelta(hours=2))
        monkeypatch.setattr(sys.modules["carecredit.cli.policy"], "desk", lambda: opened)
        yield opened
        opened.close()

    def test_counts_in_a_table(self, run: Run) -> None:
        code, out, _ = run("simulate", "--client", "ACQ", "--days", "30")

        lines = [line.split() for line in out.splitlines()]
        assert code == 0
        assert "1 contacts: 1 allowed, 0 refused" in out
        assert ["made", "email", "debt_collection", "allow", "1"] in lines

    def test_gives_a_row_for_each_reason_as_csv(self, run: Run) -> None:
        code, out, _ = run("simulate", "--client", "ACQ", "--profile", "it_debt_unirec", "--csv")

        assert code == 0
        assert out.splitlines() == [
            "source,channel,purpose,decision,reason,rule,contacts",
            "made,email,debt_collection,never,profile_unknown,debt_collection/email,1",
        ]

    def test_answers_as_json(self, run: Run) -> None:
        code, out, _ = run("simulate", "--client", "ACQ", "--json")

        told = json.loads(out)
        assert code == 0
        assert told["profiles"] == ["house_gentle"]
        assert [each["contacts"] for each in told["decisions"]] == [1]

    def test_takes_one_form_at_a_time(self, run: Run) -> None:
        assert run("simulate", "--client", "ACQ", "--json", "--csv")[0] == 2


class TestCalendar:
    def test_draws_a_week(self, run: Run) -> None:
        code, out, err = run(
            "calendar", "--number", "+39 333 1234567", "--profile", "it_debt_unirec",
            "--week", "2026-W50",
        )  # fmt: skip

        rows = {line.split()[1]: line for line in out.splitlines() if "/2026 " in line}
        assert code == 0, err
        assert "+393331234567, 2026-W50, voice, debt_collection: it_debt_unirec" in out
        assert "·" * 17 + "█" * 25 + "·" * 6 + " 08:30-21:00" in rows["07/12/2026"]
        assert "·" * 48 + " holiday (it_debt_unirec.holidays)" in rows["08/12/2026"]

    def test_answers_as_json(self, run: Run) -> None:
        code, out, _ = run(
            "calendar", "--number", "+39 333 1234567", "--profile", "it_debt_unirec",
            "--week", "2026-W50", "--json",
        )  # fmt: skip

        told = json.loads(out)
        assert code == 0
        assert told["days"][0]["spans"] == [
            {
                "start": "2026-12-07T07:30:00Z",
                "end": "2026-12-07T20:00:00Z",
                "local": "08:30-21:00",
            }
        ]

    def test_refuses_a_week_that_there_is_not(self, run: Run) -> None:
        code, _, err = run(
            "calendar", "--number", "+39 333 1234567", "--profile", "it_debt_unirec",
            "--week", "2026-W60",
        )  # fmt: skip

        assert code == 1
        assert "2026-W50" in err
