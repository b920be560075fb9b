"""Files as the world writes them: marks, line ends, quotes, wrong separators, wrong bytes."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from carecredit.intake.operations.reading import BadFile, Line, read_lines
from carecredit.intake.rules import FILES, Place
from carecredit.kernel.calendars import zone

INVOICES = FILES[1]
HEADER = b"invoice_id,customer_id,invoice_date,currency,gross_amount,segment\n"
GOOD = b"F-1,K-1,2026-04-01,EUR,120.00,Nord\n"


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], list[Any]]:
    def read(content: bytes) -> list[Any]:
        path = tmp_path / "invoices.csv"
        path.write_bytes(content)
        place = Place(zone("Europe/Rome"), "IT", "EUR")
        return list(
            read_lines(path, INVOICES, place, hashlib.sha256(), lambda _file, _done, _size: None)
        )

    return read


def problem_of(found: Any) -> tuple[int, str, str]:
    assert isinstance(found, Line | BadFile)
    assert found.problem is not None
    msgspec.json.encode(found.problem)  # whatever the bytes were, it can be told
    return found.problem.line, found.problem.column, found.problem.message


class TestReadLines:
    @pytest.mark.parametrize(
        "content",
        [
            HEADER + GOOD,
            b"\xef\xbb\xbf" + HEADER + GOOD,
            (HEADER + GOOD).replace(b"\n", b"\r\n"),
            (HEADER + GOOD).replace(b"\n", b"\r"),
            HEADER + GOOD.rstrip(b"\n"),
            HEADER + b"\n\r\n" + GOOD,
            HEADER + b'"F-1","K-1","2026-04-01","EUR","120.00","Nord"\n',
            b" invoice_id , customer_id ,invoice_date,currency,gross_amount,segment\n" + GOOD,
        ],
        ids=["plain", "mark", "crlf", "cr", "no-end", "blank-lines", "quoted", "spaces"],
    )
    def test_reads_what_spreadsheets_and_systems_write(
        self, read: Callable[[bytes], list[Any]], content: bytes
    ) -> None:
        (line,) = read(content)

        assert line.problem is None
        assert (line.row.number, line.row.gross_minor, line.row.segment) == ("F-1", 12_000, "Nord")

    def test_names_the_line_on_which_a_row_begins(self, read: Callable[[bytes], list[Any]]) -> None:
        content = HEADER.replace(b"segment", b"remark") + (
            b'F-1,K-1,2026-04-01,EUR,120.00,"two\nlines"\n'
            b'F-2,K-1,2026-04-01,EUR,wrong,"three\n\nlines"\n'
            b"F-3,K-1,2026-04-01,EUR,wrong,\n"
        )

        note, first, second, third = read(content)

        assert "remark" in note
        assert (first.line, first.problem) == (2, None)
        assert [problem_of(one)[0] for one in (second, third)] == [4, 7]

    def test_names_the_row_and_the_column_of_bytes_that_are_no_utf_8(
        self, read: Callable[[bytes], list[Any]]
    ) -> None:
        good, bad = read(HEADER + GOOD + GOOD.replace(b"Nord", "Forlì".encode("latin-1")))

        assert good.problem is None
        assert problem_of(bad)[:2] == (3, "segment")
        assert "\\udcec" in bad.problem.value
        assert problem_of(bad)[2].startswith("this is not UTF-8")
        assert "save the file as CSV in UTF-8" in problem_of(bad)[2]

    def test_names_a_cell_with_a_nul(self, read: Callable[[bytes], list[Any]]) -> None:
        (line,) = read(HEADER + GOOD.replace(b"Nord", b"No\0rd"))

        assert problem_of(line)[:2] == (2, "segment")

    def test_tells_a_file_of_semicolons_to_use_commas(
        self, read: Callable[[bytes], list[Any]]
    ) -> None:
        (found,) = read((HEADER + GOOD).replace(b",", b";"))

        assert problem_of(found)[0] == 1
        assert "commas" in problem_of(found)[2]

    def test_names_the_columns_that_are_missing_and_those_there_are(
        self, read: Callable[[bytes], list[Any]]
    ) -> None:
        (found,) = read(b"invoice_id,customer_id\nF-1,K-1\n")

        assert problem_of(found)[:2] == (1, "invoice_date")
        for column in (*INVOICES.required, *INVOICES.optional):
            assert column in problem_of(found)[2]

    @pytest.mark.parametrize("content", [b"", b"\n", (HEADER + GOOD).decode().encode("utf-16")])
    def test_says_so_when_there_is_no_header(
        self, read: Callable[[bytes], list[Any]], content: bytes
    ) -> None:
        (found,) = read(content)

        assert "lacks" in problem_of(found)[2]

    def test_refuses_a_column_that_stands_twice(self, read: Callable[[bytes], list[Any]]) -> None:
        (found,) = read(HEADER.replace(b"segment", b"currency") + GOOD)

        assert problem_of(found)[:2] == (1, "currency")

    @pytest.mark.parametrize("cells", [b"F-1,K-1\n", GOOD.replace(b"120.00", b"1,200.00")])
    def test_names_a_row_with_too_few_or_too_many_cells(
        self, read: Callable[[bytes], list[Any]], cells: bytes
    ) -> None:
        (line,) = read(HEADER + cells)

        assert problem_of(line)[0] == 2
        assert "commas" in problem_of(line)[2]

    def test_stops_at_a_quote_that_never_closes_and_says_where_it_opened(
        self, read: Callable[[bytes], list[Any]]
    ) -> None:
        good, bad = read(HEADER + GOOD + b'"F-2,K-1,2026-04-01,EUR,120.00,Nord\n' + GOOD)

        assert good.problem is None
        assert isinstance(bad, BadFile)
        assert problem_of(bad)[0] == 3
