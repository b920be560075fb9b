"""What an import tells: counts by file, bad rows with the way out, notes."""

import msgspec

from carecredit.kernel.ids import BookId


class Problem(msgspec.Struct, frozen=True):
    """A row (or a whole file, at line 1) that cannot be taken, and what to do about it."""

    file: str
    line: int
    column: str
    value: str
    message: str


class FileCount(msgspec.Struct, frozen=True):
    """What became of the rows of one file."""

    file: str
    read: int
    added: int
    changed: int
    unchanged: int
    rejected: int


class Report(msgspec.Struct, frozen=True):
    """What an import did; `book_id` stands where anything was written.

    `sums_minor` adds up the amounts of what was added, by kind and currency.
    """

    client: str
    book_id: BookId | None
    files: tuple[FileCount, ...]
    problems: tuple[Problem, ...]
    problems_count: int
    notes: tuple[str, ...]
    sums_minor: dict[str, int]

    @property
    def changed(self) -> bool:
        """Say whether anything was written."""
        return any(count.added or count.changed for count in self.files)
