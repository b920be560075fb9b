"""Files of contracts and plain survival files: whole or nothing, and nothing twice."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import servers
import worlds
from carecredit.customers import queries as customers
from carecredit.customers.operations import Card, register
from carecredit.customers.rules import Relation, Stay, ValueStep, card_facts, relation
from carecredit.customers.views import StudyCell
from carecredit.intake.operations import Columns, RelationshipsRefused, import_people
from carecredit.intake.views import Report
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.mandates import queries as mandates
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

HEADER = (
    "customer_id,contract_id,started_on,ended_on,ended_reason,monthly_value,currency,value_from,"
    "recorded_at"
)
LATER = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def client_id(store: Store) -> ClientId:
    return worlds.found_client(store)


def bring(
    store: Store,
    client_id: ClientId,
    folder: Path,
    *rows: str,
    header: str = HEADER,
    now: datetime = NOW,
    **options: Any,
) -> Report:
    file = folder / "people.csv"
    file.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    with store.begin(CENTRE_CALLER) as session:
        return import_people(
            session,
            client=mandates.client(session, client_id=client_id),
            file=file,
            now=now,
            **options,
        )


def counts(report: Report) -> tuple[int, int, int, int]:
    (count,) = report.files
    return count.read, count.added, count.changed, count.unchanged


def standing(
    store: Store, client_id: ClientId, number: str = "K-1", known: datetime | None = None
) -> Relation | None:
    """Put together what is known of a customer's contracts."""
    with store.read(CENTRE_CALLER) as session:
        customer_id = worlds.customer_numbered(session, client_id, number)
        found = customers.statements_of(session, client_id=client_id, customer_ids=[customer_id])
    return relation(
        [it.statement for it in found.get(customer_id, [])
         if known is None or it.recorded_at <= known]
    )  # fmt: skip


class TestContracts:
    def test_come_in_with_each_value_from_its_own_day(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        report = bring(
            store, client_id, tmp_path,
            "K-1,A,2024-01-01,2026-05-01,moved,10.00,,,",
            "K-1,A,2024-01-01,,,12.50,EUR,2025-01-01,",
            "K-2,,2025-03-01,,,,,,",
        )  # fmt: skip

        found = standing(store, client_id)
        assert counts(report) == (3, 3, 0, 0)
        assert found is not None
        assert found.stays == (Stay(date(2024, 1, 1), date(2026, 5, 1), "moved"),)
        assert found.values == (
            ValueStep(date(2024, 1, 1), "EUR", 1_000),
            ValueStep(date(2025, 1, 1), "EUR", 1_250),
            ValueStep(date(2026, 5, 1), "EUR", 0),
        )
        assert worlds.actions(store, client_id)[-1] == "relationships.imported"
        assert worlds.broken_chains(store) == {}

    def test_that_come_again_change_nothing(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        rows = (
            "K-1,A,2024-01-01,2026-05-01,moved,10.00,,,",
            "K-1,A,2024-01-01,,,12.50,EUR,2025-01-01,",
            "K-1,B,2024-01-01,,,,,,2024-02-01",
        )
        bring(store, client_id, tmp_path, *rows)
        before = worlds.row_counts(store)

        again = bring(store, client_id, tmp_path, *rows, now=LATER)

        assert counts(again) == (3, 0, 0, 3)
        assert not again.changed
        assert worlds.row_counts(store) == before

    def test_without_a_day_of_recording_were_known_as_they_happened(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        bring(store, client_id, tmp_path, "K-1,A,2024-01-01,2025-05-01,debt,10.00,,,")

        then = standing(store, client_id, known=datetime(2025, 4, 30, 12, tzinfo=UTC))
        before = standing(store, client_id, known=datetime(2023, 12, 31, 12, tzinfo=UTC))

        assert then is not None
        assert then.stays == (Stay(date(2024, 1, 1), None, None),)
        assert before is None

    def test_that_change_later_are_known_from_then_on(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        bring(store, client_id, tmp_path, "K-1,A,2024-01-01,,,10.00,,,")

        report = bring(
            store, client_id, tmp_path, "K-1,A,2024-01-01,2026-02-01,moved,,,,", now=LATER
        )

        now, earlier = standing(store, client_id), standing(store, client_id, known=NOW)
        assert counts(report) == (1, 0, 1, 0)
        assert now is not None
        assert earlier is not None
        assert now.stays[0].ended_on == date(2026, 2, 1)
        assert now.values[0].minor == 1_000
        assert earlier.stays[0].ended_on is None

    def test_keep_their_end_when_a_value_comes_later(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        ended = "K-1,A,2024-01-01,2026-05-01,moved,10.00,,,"
        bring(store, client_id, tmp_path, ended)

        bring(store, client_id, tmp_path, ended, "K-1,A,2024-01-01,,,12.50,,2025-01-01,", now=LATER)

        found = standing(store, client_id)
        assert found is not None
        assert found.stays == (Stay(date(2024, 1, 1), date(2026, 5, 1), "moved"),)
        assert [step.minor for step in found.values] == [1_000, 1_250, 0]

    def test_that_end_on_a_day_to_come_have_ended_whatever_came_after_in_the_file(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        bring(
            store, client_id, tmp_path,
            "K-1,A,2024-01-01,2027-05-01,moved,10.00,,,",
            "K-1,A,2024-01-01,,,12.50,,2027-01-01,",
        )  # fmt: skip

        found = standing(store, client_id)
        assert found is not None
        assert found.stays == (Stay(date(2024, 1, 1), date(2027, 5, 1), "moved"),)

    def test_take_an_end_back_where_it_says_since_when_that_is_known(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        bring(store, client_id, tmp_path, "K-1,A,2024-01-01,2026-05-01,moved,10.00,,,")

        with pytest.raises(RelationshipsRefused, match="since when it is known that it goes on"):
            bring(store, client_id, tmp_path, "K-1,A,2024-01-01,,,10.00,,,", now=LATER)
        bring(store, client_id, tmp_path, "K-1,A,2024-01-01,,,,,,2026-06-19", now=LATER)

        found = standing(store, client_id)
        assert found is not None
        assert found.stays == (Stay(date(2024, 1, 1), None, None),)

    @pytest.mark.parametrize(
        ("row", "line", "column"),
        [
            ("K-1,A,,,,,,,", 2, "started_on"),
            ("K-1,A,2024-01-01,2023-01-01,moved,,,,", 2, "ended_on"),
            ("K-1,A,2024-01-01,,moved,,,,", 2, "ended_reason"),
            ("K-1,A,2024-01-01,2024-02-01,bored,,,,", 2, "ended_reason"),
            ("K-1,A,2024-01-01,,,ten,,,", 2, "monthly_value"),
            ("K-1,A,2024-01-01,,,-1.00,,,", 2, "monthly_value"),
            ("K-1,A,2024-01-01,,,10.00,EURO,,", 2, "currency"),
            ("K-1,A,2024-01-01,,,,,2024-03-01,", 2, "monthly_value"),
            ("K-1,A,2024-01-01,,,10.00,,2023-03-01,", 2, "value_from"),
            ("K-1,A,2024-01-01,2024-02-01,,10.00,,2024-02-01,", 2, "value_from"),
            ("K-1,A,2024-01-01,,,,,,yesterday", 2, "recorded_at"),
            ("K-1,A,2024-01-01", 2, ""),
            ("K-1,A,2024-01-01,,,,,,\nK-1,A,2024-01-02,,,,,,", 3, "started_on"),
            ("K-1,A,2024-01-01,,,1.00,,,\nK-1,A,2024-01-01,,,2.00,,,", 3, "monthly_value"),
            ("K-1,A,2024-01-01,,,1.00,,,\nK-1,A,2024-01-01,,,2.00,CHF,2024-05-01,", 3, "currency"),
            ("K-1,A,2024-01-01,,,,,,\nK-1,,2024-01-01,,,,,,", 3, "contract_id"),
        ],
    )
    def test_name_the_row_that_is_wrong_and_write_nothing(
        self, store: Store, client_id: ClientId, tmp_path: Path, row: str, line: int, column: str
    ) -> None:
        before = worlds.row_counts(store)

        with pytest.raises(RelationshipsRefused) as caught:
            bring(store, client_id, tmp_path, row, "K-9,A,2024-01-01,,,,,,")

        (problem,) = caught.value.report.problems
        assert (problem.file, problem.line, problem.column) == ("people.csv", line, column)
        assert problem.message
        assert worlds.row_counts(store) == before


@st.composite
def files(draw: st.DrawFn) -> list[str]:
    """Draw the rows of a file that says of each contract one thing only."""
    rows = []
    for contract in draw(st.lists(st.sampled_from("ABC"), min_size=1, max_size=3, unique=True)):
        months = sorted(draw(st.sets(st.integers(1, 12), min_size=2, max_size=4)))
        end = f"2025-{months[-1]:02}-01" if draw(st.booleans()) else ""
        rows.append(f"K-1,{contract},2025-{months[0]:02}-01,{end},,10.00,,,")
        rows += [
            f"K-1,{contract},2025-{months[0]:02}-01,,,{number}.00,,2025-{month:02}-01,"
            for number, month in enumerate(months[1:-1])
        ]
    return draw(st.permutations(rows))


class TestAnyFile:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(rows=files())
    def test_of_contracts_changes_nothing_when_it_comes_again(
        self, sqlite_template: Path, tmp_path: Path, rows: list[str]
    ) -> None:
        url = servers.copy_database(sqlite_template, tmp_path / "again.db")
        with servers.opened(url) as store:
            client_id = worlds.found_client(store)
            bring(store, client_id, tmp_path, *rows)
            first = standing(store, client_id)

            again = bring(store, client_id, tmp_path, *reversed(rows), now=LATER)

            assert not again.changed
            assert standing(store, client_id) == first


class TestACard:
    def register(self, store: Store, client_id: ClientId, now: datetime, **facts: Any) -> None:
        with store.begin(CENTRE_CALLER) as session:
            register(
                session, client_id=client_id, cards=[Card(number="K-1", **facts)], language="it",
                country="IT", now=now,
            )  # fmt: skip

    def test_states_a_changed_value_from_the_day_it_came(
        self, store: Store, client_id: ClientId
    ) -> None:
        start = date(2024, 1, 1)
        self.register(store, client_id, NOW, started_on=start, monthly_value_minor=1_000)
        self.register(store, client_id, LATER, started_on=start, monthly_value_minor=800)

        found = standing(store, client_id)

        assert found is not None
        assert found.values == (
            ValueStep(start, "EUR", 1_000), ValueStep(date(2026, 6, 20), "EUR", 800),
        )  # fmt: skip

    def test_that_says_the_same_again_states_nothing(
        self, store: Store, client_id: ClientId
    ) -> None:
        facts = {"started_on": date(2024, 1, 1), "ended_on": date(2026, 1, 1),
                 "ended_reason": "moved", "monthly_value_minor": 1_000}  # fmt: skip
        self.register(store, client_id, NOW, **facts)
        before = worlds.row_counts(store)["relationships"]

        self.register(store, client_id, LATER, **facts)
        self.register(store, client_id, LATER, **facts | {"monthly_value_minor": None})

        assert worlds.row_counts(store)["relationships"] == before == 2

    def test_still_shows_when_the_relationship_began_and_ended(
        self, store: Store, client_id: ClientId
    ) -> None:
        self.register(store, client_id, NOW, ended_on=date(2026, 1, 1), ended_reason="moved")
        with store.read(CENTRE_CALLER) as session:
            (shown,) = customers.customers(session, client_id=client_id)
            (known,) = customers.statements_of(
                session, client_id=client_id, customer_ids=[shown.id]
            ).values()

        assert (shown.started_on, shown.ended_on, shown.ended_reason) == (
            None, date(2026, 1, 1), "moved",
        )  # fmt: skip
        assert card_facts([it.statement for it in known]) == known[-1].statement


class TestAStudy:
    @pytest.mark.parametrize("between", [",", ";", "\t", "  "])
    def test_is_read_whatever_stands_between_its_columns(
        self, store: Store, client_id: ClientId, tmp_path: Path, between: str
    ) -> None:
        rows = [
            between.join(cells) for cells in (("6.0", "1", "a"), ("6", "0", "a"), ("7", "1", "b"))
        ]

        report = bring(
            store, client_id, tmp_path, *rows, header=between.join(("duration", "event", "group")),
            study="small",
        )  # fmt: skip

        assert counts(report) == (3, 3, 0, 0)
        assert self.cells(store, client_id, "small") == {
            StudyCell("a", "6", "event"): 1,
            StudyCell("a", "6", ""): 1,
            StudyCell("b", "7", "event"): 1,
        }

    def cells(self, store: Store, client_id: ClientId, name: str) -> dict[StudyCell, int]:
        with store.read(CENTRE_CALLER) as session:
            found = customers.study(session, client_id=client_id, name=name, known=None)
            assert found is not None
            return customers.study_cells(session, client_id=client_id, study_id=found.id)

    def test_takes_columns_and_words_by_other_names(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        columns = Columns("T", "state", "Rx", frozenset({"alive"}))

        bring(
            store, client_id, tmp_path, "3,alive,x", "4,gone,x", "5.50,lost,y",
            header="T,state,Rx", otherwise="people", columns=columns,
        )  # fmt: skip

        assert self.cells(store, client_id, "people") == {
            StudyCell("x", "3", ""): 1, StudyCell("x", "4", "gone"): 1,
            StudyCell("y", "5.5", "lost"): 1,
        }  # fmt: skip

    def test_that_comes_again_changes_nothing_and_another_takes_its_place(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        header = "duration,event"
        bring(store, client_id, tmp_path, "3,1", "4,0", header=header, study="s")
        again = bring(store, client_id, tmp_path, "4,0", "3,1", header=header, study="s")
        other = bring(store, client_id, tmp_path, "9,1", header=header, study="s", now=LATER)

        assert (again.changed, other.changed) == (False, True)
        assert self.cells(store, client_id, "s") == {StudyCell("", "9", "event"): 1}
        with store.read(CENTRE_CALLER) as session:
            then = customers.study(session, client_id=client_id, name="s", known=NOW)
        assert then is not None
        assert then.subjects == 2

    @pytest.mark.parametrize(
        ("row", "column"), [("-1,1", "duration"), ("3,", "event"), ("3", ""), ("1e3,1", "duration")]
    )
    def test_names_the_row_that_is_wrong_and_writes_nothing(
        self, store: Store, client_id: ClientId, tmp_path: Path, row: str, column: str
    ) -> None:
        with pytest.raises(RelationshipsRefused) as caught:
            bring(store, client_id, tmp_path, "3,1", row, header="duration,event", study="s")

        (problem,) = caught.value.report.problems
        assert (problem.line, problem.column) == (3, column)
        assert worlds.row_counts(store)["studies"] == 0

    def test_says_which_columns_there_are_where_the_right_one_is_missing(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        with pytest.raises(Invalid, match="its columns are t, status"):
            bring(store, client_id, tmp_path, "3,1", header="t,status", study="s")
        with pytest.raises(Invalid, match="which study"):
            bring(store, client_id, tmp_path, "3,1", header="duration,event")
