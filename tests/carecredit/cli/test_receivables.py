"""The ledger and the mandate on the command line."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import servers
import worlds
from carecredit import cli
from carecredit.cli.context import desk
from carecredit.receivables import queries
from carecredit.receivables.queries import UnknownEntry
from worlds import customer_row, invoice_row, payment_row

Run = Callable[..., tuple[int, str, str]]
OF = ("--client", "ACQ", "--customer", "K-1")


@pytest.fixture
def run(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Iterator[Run]:  # fmt: skip
    """Run a command on a small ledger: one late invoice, a payment that stands unapplied."""
    for name in [name for name in os.environ if name.startswith("CARECREDIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("CARECREDIT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CARECREDIT_SECRET_KEY", servers.SECRET.decode())
    clock = tmp_path / "clock"
    clock.write_text(worlds.NOW.isoformat(), encoding="ascii")
    monkeypatch.setenv("CARECREDIT_CLOCK_FILE", str(clock))

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

    folder = worlds.write_ledger(
        tmp_path / "ledger",
        customers=[customer_row()],
        invoices=[invoice_row(), invoice_row("F-2", gross_amount="0.40")],
        payments=[payment_row(amount="50.00", invoice_id="")],
    )
    run("client", "add", "--code", "ACQ", "--name", "Acque")
    run("import", "ledger", folder, "--client", "ACQ")
    yield run
    desk.cache_clear()


class TestLedger:
    def test_shows_applies_and_undoes(self, run: Run) -> None:
        code, out, _ = run("ledger", "balance", *OF)
        assert (code, out.split()[-6:]) == (
            0,
            ["EUR", "120.40", "120.40", "0.00", "50.00", "70.40"],
        )

        put = run("ledger", "allocate", "--client", "ACQ", "--number", "P-1", "--on", "F-1=20.00")
        assert put[:2] == (0, "Put on 1 invoice.\n")
        shown = run("ledger", "show", *OF, "--language", "it")[1]
        assert "Fattura" in shown
        assert "F-1 20.00" in shown
        assert run("ledger", "undo", "--client", "ACQ", "--number", "P-1")[0] == 0
        after = json.loads(run("ledger", "balance", *OF, "--json")[1])
        assert after[0]["unapplied_minor"] == 5_000

    def test_tells_the_day_something_was_known_in_the_company_s_own_zone(self, run: Run) -> None:
        shown = run("ledger", "show", *OF)[1].splitlines()

        # An imported row is known from the first instant of its own day in Rome, before UTC's.
        paid = next(line.split() for line in shown if "P-1" in line)
        assert paid[:2] == ["2026-05-05", "2026-05-05"]

    def test_is_told_as_it_was_known_at_an_earlier_day(self, run: Run) -> None:
        balance = run("ledger", "balance", *OF, "--known-at", "2026-05-04")[1]
        shown = run("ledger", "show", *OF, "--known-at", "2026-05-04")[1]

        assert balance.split()[-2:] == ["0.00", "120.40"]
        assert "P-1" not in shown
        assert "F-1" in shown

    def test_shows_a_recovery_with_its_amount_outside_the_balance(self, run: Run) -> None:
        run("ledger", "write-off", "--client", "ACQ", "--reason", "agreed", "--invoice", "F-1")
        page = json.loads(run("ledger", "show", *OF, "--json")[1])
        (given_up,) = [line["number"] for line in page["lines"] if line["kind"] == "write_off"]
        ledger = desk().ledger(client="ACQ")
        with pytest.raises(UnknownEntry, match="no write-off 'W-9'"):
            ledger.recovery("W-9", amount="5.00", received_on=worlds.TODAY)
        ledger.recovery(given_up, amount="5.00", received_on=worlds.TODAY)

        assert "0.00 EUR (5.00 outside the balance)" in run("ledger", "show", *OF)[1]
        assert "(5.00 fuori dal saldo)" in run("ledger", "show", *OF, "--language", "it")[1]

    def test_gives_up_with_a_reason_and_refuses_in_words(self, run: Run) -> None:
        give_up = ("ledger", "write-off", "--client", "ACQ", "--reason", "agreed")

        assert run(*give_up, "--invoice", "F-1", "--amount", "100.00")[0] == 0
        code, _, err = run(*give_up, "--invoice", "F-1", "--amount", "20.01")
        assert (code, "share_beyond_open" in err) == (1, True)
        assert run(*give_up, "--invoice", "F-9")[0] == 1

    def test_lists_and_gives_up_remainders(self, run: Run) -> None:
        assert "F-2" in run("ledger", "small-balances", "--client", "ACQ")[1]
        before = ("--known-at", "2026-03-31")
        assert "F-2" not in run("ledger", "small-balances", "--client", "ACQ", *before)[1]
        give_up = ("ledger", "small-balances", "--client", "ACQ", "--write-off")
        assert run(*give_up, *before)[0] == 2
        done = run(*give_up)
        assert done[1] == "Given up: 1, 0.40 EUR.\n"

    def test_shows_what_lateness_would_come_to(self, run: Run) -> None:
        assert "names no rule" in run("ledger", "late-charges", *OF)[2]

        told = run("ledger", "late-charges", *OF, "--rule", "it_b2b")[1]

        assert "F-1: interest 1.27, compensation 40.00" in told
        assert "38 days on 120.00 at 10.15 %" in told
        before = ("--known-at", "2026-03-31")
        late = run("ledger", "late-charges", *OF, "--rule", "it_b2b", *before)
        assert late[:2] == (0, "")


class TestRecording:
    def test_keeps_a_ledger_by_the_numbers_of_its_documents(self, run: Run) -> None:
        def do(name: str, *words: str) -> str:
            code, told, err = run("ledger", name, "--client", "ACQ", *words)
            assert code == 0, err
            return told

        whose, on = ("--customer", "K-1"), ("--on", "2026-06-01")
        do("invoice", "--number", "F-3", *whose, "--gross", "30.00", *on)
        paid = do(
            "payment", "--number", "P-3", *whose, "--amount", "20.00", *on, "--onto", "F-3=20.00"
        )
        assert paid == "Recorded P-3: on 1 invoice.\n"
        do("credit-note", "--number", "N-3", *whose, "--amount", "4.00", *on, "--onto", "F-3=4.00")
        do("opening-credit", "--number", "C-3", *whose, "--amount", "3.00", *on)
        do("refund", "--of", "C-3", "--kind", "opening_credit", "--amount", "1.00", *on)
        do("chargeback", "--of", "P-3", "--amount", "5.00", *on)
        do("write-off", "--invoice", "F-3", "--amount", "2.00", "--reason", "agreed")
        page = json.loads(do("show", *whose, "--json"))
        (given_up,) = [line["number"] for line in page["lines"] if line["kind"] == "write_off"]
        back = ("--amount", "1.00", "--on", str(worlds.TODAY))
        assert "entry_id" in json.loads(do("recovery", "--of", given_up, *back, "--json"))

        # 120.40 were open; of F-3 30.00 less 15.00, 4.00 and 2.00. Unapplied: 50.00 and 2.00.
        told = do("balance", *whose).split()[-6:]
        assert told == ["EUR", "129.40", "129.40", "0.00", "52.00", "77.40"]

    def test_puts_a_mistaken_invoice_right(self, run: Run) -> None:
        run("ledger", "allocate", "--client", "ACQ", "--number", "P-1", "--on", "F-1=50.00")
        note = ("--credit-number", "NC-1", "--reason", "price")
        new = ("--gross", "90.00", "--invoiced-on", "2026-06-01")
        correct = ("ledger", "correct", "--client", "ACQ", "--invoice", "F-1", *note, *new)

        code, told, err = run(*correct, "--number", "F-1a")
        again = run(*correct, "--number", "F-1b")

        assert (code, told) == (0, "Put right: F-1a stands in the place of F-1.\n"), err
        assert (again[0], "invoice_not_correctable" in again[2]) == (1, True)
        # 90.00 less the 50.00 that moved over, and 0.40 of F-2.
        assert run("ledger", "balance", *OF)[1].split()[-5:-3] == ["40.40", "40.40"]

    def test_puts_right_what_is_said_and_keeps_the_rest(self, run: Run) -> None:
        money = ("--gross", "122.00", "--tax", "22.00", "--customer", "K-1", "--on", "2026-05-01")
        book = ("ledger", "invoice", "--client", "ACQ", "--kind", "cost_note", "--split-payment")
        assert run(*book, "--number", "F-9", *money)[0] == 0
        note = ("--credit-number", "NC-9", "--reason", "number", "--invoiced-on", "2026-06-01")
        correct = ("ledger", "correct", "--client", "ACQ", "--invoice", "F-9", *note)
        parts = ("--instalment", "2026-07-01=50.00", "--instalment", "2026-08-01=50.00")

        other = run(*correct, "--number", "F-9a", "--gross", "61.00")
        wrong = run(*correct, "--number", "F-9a", "--instalment", "tomorrow=1.00")
        right = run(*correct, "--number", "F-9a", *parts, "--segment", "north")
        assert run(*self.again(correct, "F-9a"), "--number", "F-9b")[0] == 0

        assert (other[0], "say it anew" in other[2]) == (1, True)
        assert (wrong[0], "DAY=AMOUNT" in wrong[2]) == (2, True)
        assert right[0] == 0, right[2]
        it = desk().ledger(client="ACQ").ask(self.invoice)
        assert (it.kind, it.gross_minor, it.tax_minor, it.segment, it.split_payment) == (
            "cost_note", 10_000, 2_200, "north", True,
        )  # fmt: skip
        assert [(str(one.due_on), one.amount_minor) for one in it.instalments] == [
            ("2026-07-01", 5_000), ("2026-08-01", 5_000),
        ]  # fmt: skip
        desk().close()

    def again(self, correct: tuple[str, ...], number: str) -> list[str]:
        swaps = {"F-9": number, "NC-9": "NC-10"}
        return [swaps.get(word, word) for word in correct]

    def invoice(self, session: Any, *, client_id: Any, today: Any) -> Any:
        whose = {"client_id": client_id, "today": today}
        found = queries.invoices_by_number(session, client_id=client_id, numbers=["F-9b"])
        return queries.invoice(session, invoice_id=found["F-9b"]["id"], **whose)

    def test_contests_gives_up_charges_and_sets_a_limit(self, run: Run) -> None:
        why = ("--client", "ACQ", "--invoice", "F-1", "--reason", "price")
        assert run("ledger", "dispute", *why, "--customer", "K-1", "--amount", "20.00")[0] == 0
        assert json.loads(run("ledger", "balance", *OF, "--json")[1])[0]["disputed_minor"] == 2_000
        end = ("ledger", "end-dispute", "--client", "ACQ")
        assert run(*end, "--invoice", "F-1")[0] == 0
        assert json.loads(run("ledger", "balance", *OF, "--json")[1])[0]["disputed_minor"] == 0
        code, _, err = run(*end, "--invoice", "F-1")
        assert (code, "0 disputes of 'F-1' stand" in err) == (1, True)
        assert run(*end)[0] == 2

        assert run("ledger", "waive", *why, "--charge", "both", "--by", "Anna Bianchi")[0] == 0
        assert "given up 41.27" in run("ledger", "late-charges", *OF, "--rule", "it_b2b")[1]
        assert run("ledger", "limit", *OF, "--by", "Anna Bianchi", "--amount", "1.00")[0] == 0
        assert "Above the limit of 1.00 EUR" in run("ledger", "balance", *OF)[2]
        assert run("ledger", "limit", *OF, "--by", "Anna Bianchi", "--none")[0] == 0
        assert run("ledger", "limit", *OF, "--by", "Anna Bianchi")[0] == 2


class TestMandate:
    def test_is_shown_and_agreed_anew(self, run: Run) -> None:
        assert "late_charges: none" in run("mandate", "show", "--client", "ACQ")[1]
        agree = ("mandate", "agree", "--client", "ACQ", "--from", "2026-06-01")

        code, _, err = run(*agree, "--late-charges", "usury")
        assert (code, "it_consumer" in err) == (1, True)
        assert run(*agree, "--late-charges", "it_b2b", "--allocation-order", "proportional")[0] == 0
        told = run("mandate", "show", "--client", "ACQ")[1]
        assert "allocation_order: proportional" in told
        assert "small_balance: 1.00" in told
        assert run(*agree[:-1], "2026-06-03", "--small-balance", "2.50")[0] == 0
        later = ("--client", "ACQ", "--on", "2026-06-03", "--json")
        assert json.loads(run("mandate", "show", *later)[1])["small_balance"] == "2.50"
        before = run("mandate", "show", "--client", "ACQ", "--on", "2026-05-31")[1]
        assert "late_charges: none" in before
        code, _, err = run(*agree[:-1], "2026-06-02", "--follow-up-policy", "harsh")
        assert (code, "known: gentle" in err) == (1, True)

    def test_takes_opening_hours_day_by_day(self, run: Run) -> None:
        agree = ("mandate", "agree", "--client", "ACQ", "--from")
        days = ("--open", "mon=09:00-13:00,14:00-18:00", "--open", "fri=09:00-13:00")

        told = run(*agree, "2026-06-01", *days, "--opening-calendar", "IT")[1]

        assert 'opening_hours: {"mon":["09:00-13:00","14:00-18:00"],"fri":["09:00-13:00"]}' in told
        assert "opening_calendar: IT" in told
        always = run(*agree, "2026-06-02", "--open", "always")[1]
        assert "opening_hours: always" in always
        assert run(*agree, "2026-06-03", "--open", "mon", "--open", "mon=1")[0] == 2
        assert "18:00-21:00" in run(*agree, "2026-06-03", "--open", "mon=9-13")[2]
