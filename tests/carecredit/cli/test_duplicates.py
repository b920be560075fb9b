"""`carecredit duplicates`, as it is typed."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

import worlds
from carecredit.cli import carecredit
from carecredit.cli.context import out
from carecredit.customers.operations import MergeKept, MergeStale
from carecredit.customers.queries import UnknownCustomer
from carecredit.desk import CareCredit
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.mandates.queries import client_by_code

Run = Callable[..., Result]
TWO = ("ACQ:K-1", "NRD:K-1")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: worlds.NOW)
    for code, name in (("ACQ", "Anna Rossi"), ("NRD", "A. Rossi")):
        client_id = worlds.found_client(opened.store, code)
        worlds.add_customer(opened.store, client_id, phone="+390612345678", name=name)
    monkeypatch.setattr(sys.modules["carecredit.cli.duplicates"], "desk", lambda: opened)
    yield opened
    opened.close()


@pytest.fixture
def run(desk: CareCredit, monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - opened first
    def invoke(*arguments: str) -> Result:
        monkeypatch.setattr(out, "width", 300)
        return CliRunner().invoke(carecredit, ("duplicates", *arguments))

    return invoke


def client_of(desk: CareCredit, code: str) -> ClientId:
    with desk.store.read(worlds.CENTRE_CALLER) as session:
        return client_by_code(session, code=code).id


def listed(run: Run, *more: str) -> Any:
    return json.loads(run("list", "--client", "ACQ", "--json", *more).output)


class TestDuplicates:
    def test_are_listed_with_reasons_in_words(self, run: Run) -> None:
        with out.capture() as text:
            run("list", "--client", "ACQ", "--language", "it")

        told = text.get()
        assert "Anna Rossi (K-1)" in told
        assert "Stesso numero di telefono; Nome quasi uguale" in told
        assert len(listed(run, "--person", "NRD:K-1")) == 1

    def test_are_merged_and_parted_again(self, run: Run, desk: CareCredit) -> None:
        merged = run("merge", *TWO, "--reason", "same tax code", "--json")
        done = json.loads(merged.output)
        worlds.add_customer(
            desk.store,
            client_of(desk, "ACQ"),
            "K-2",
            phone="+390612345678",
            name="Anna Rossi",
        )
        with out.capture() as text:
            undone = run("undo", done["id"])

        assert (merged.exit_code, undone.exit_code) == (0, 0)
        assert (done["reason"], done["merged_by"]) == ("same tax code", "desk")
        assert "customers 1" in text.get()
        assert [it["undone_by"] for it in json.loads(run("merges", "ACQ:K-1").output)] == ["desk"]

    def test_say_how_a_merge_is_undone(self, run: Run) -> None:
        with out.capture() as text:
            run("merge", *TWO, "--reason", "same tax code")

        assert "carecredit duplicates undo" in text.get()
        assert listed(run) == []

    def test_rejected_are_not_listed_again(self, run: Run) -> None:
        assert run("reject", *TWO, "--reason", "twins").exit_code == 0
        assert listed(run) == []

    def test_are_refused_where_it_is_too_late(self, run: Run) -> None:
        (pair,) = listed(run)
        done = json.loads(run("merge", *TWO, "--reason", "same tax code", "--json").output)
        late = run("merge", pair["first_id"], pair["second_id"], "--reason", "same tax code")
        run("undo", done["id"])
        twice = run("undo", done["id"])

        assert isinstance(late.exception, MergeStale)
        assert isinstance(twice.exception, MergeKept)

    def test_name_a_person_in_a_way_that_can_be_read(self, run: Run) -> None:
        unread = run("merge", "Anna", "NRD:K-1", "--reason", "x")
        unknown = run("merge", "ACQ:K-1", "NRD:K-7", "--reason", "x")

        assert isinstance(unread.exception, Invalid)
        assert unread.exception.field == "kept_id"
        assert "CODE:NUMBER" in unread.exception.message
        assert isinstance(unknown.exception, UnknownCustomer)
