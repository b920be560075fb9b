"""Absorbing allocations.csv: shares of entries put on invoices, and taken off again (minus)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from carecredit.intake.operations.absorbing import Absorbed, Desk
from carecredit.intake.operations.reading import Line
from carecredit.intake.rules import ShareRow, applied_first, begins_at
from carecredit.kernel.ids import AllocationId, EntryId, InvoiceId, new_id
from carecredit.kernel.money import major
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries


class _Share(msgspec.Struct):
    """A row of the table as far as a file can speak of it, and what is left of it."""

    id: AllocationId
    invoice_id: InvoiceId
    applied_on: date
    minor: int
    left: int
    mine: bool
    """Whether these files brought it."""
    matched: bool = False

    def same(self, other: "_Share") -> bool:
        """Say whether two rows say the same."""
        return (self.invoice_id, self.applied_on, self.minor) == (
            other.invoice_id,
            other.applied_on,
            other.minor,
        )


class _Entry(msgspec.Struct):
    """An entry with its shares and their undoings."""

    facts: dict[str, Any]
    shares: list[_Share] = msgspec.field(default_factory=list)
    undoings: list[_Share] = msgspec.field(default_factory=list)

    def knows(self, stated: _Share) -> bool:
        """Say whether a row says what is stored; each stored row answers for one row of a file.

        A share that these files brought and took off again may be brought anew.
        """
        told = self.shares if stated.minor > 0 else self.undoings
        for one in told:
            if one.same(stated) and not one.mine and not one.matched:
                one.matched = True
                return True
        return any(one.same(stated) and one.mine and one.left == one.minor for one in self.shares)

    def left_to_apply(self) -> int:
        """Say how much of the entry is on no invoice."""
        applied = sum(share.left for share in self.shares)
        left: int = self.facts["amount_minor"] - applied
        return left

    def share_under(self, undoing: _Share) -> _Share | None:
        """Find the share an undoing takes from: of its size before others, the latest first."""
        fits = [
            share
            for share in self.shares
            if share.invoice_id == undoing.invoice_id
            and share.left >= -undoing.minor
            and share.applied_on <= undoing.applied_on
        ]
        wanted = -undoing.minor
        return max(fits, key=lambda one: (one.left == wanted, one.applied_on, one.id), default=None)


def absorb_shares(desk: Desk, lines: list[Line]) -> Absorbed:
    """Store the new shares and undoings of a chunk, in the order of the file."""
    done = Absorbed()
    invoices = queries.payable_by_number(
        desk.session,
        client_id=desk.client.id,
        numbers=list({line.row.invoice for line in lines}),
    )
    entries = _entries(desk, lines)
    rows: list[Sequence[Any]] = []
    for line in lines:
        row: ShareRow = line.row
        entry, invoice = entries.get((row.kind, row.entry)), invoices.get(row.invoice)
        if entry is None:
            done.refuse(line, "entry_id", f"there is no such {row.kind}; bring it in too")
        elif invoice is None:
            done.no_invoice(line)
        elif wrong := _unfit(entry, invoice):
            done.refuse(line, "invoice_id", wrong)
        elif (share := _stated(done, line, entry, invoice[0])) and not entry.knows(share):
            rows += _new(desk, done, line, entry, share)
    receivables.load_allocations(desk.session, rows=rows)
    _remember(desk, entries.values())
    done.added = len(rows)
    return done


def _entries(desk: Desk, lines: Sequence[Line]) -> dict[tuple[str, str], _Entry]:
    """Find the entries a chunk speaks of, with what is stored of their application."""
    client_id = desk.client.id
    found: dict[tuple[str, str], _Entry] = {}
    for kind in dict.fromkeys(line.row.kind for line in lines):
        numbers = list({line.row.entry for line in lines if line.row.kind == kind})
        stored = queries.entries_by_number(
            desk.session, client_id=client_id, kind=kind, numbers=numbers
        )
        found |= {(kind, number): _Entry(facts) for number, facts in stored.items()}
    by_id: dict[EntryId, _Entry] = {entry.facts["id"]: entry for entry in found.values()}
    known: dict[AllocationId, _Share] = {}
    for row in queries.allocations_of(desk.session, client_id=client_id, entry_ids=list(by_id)):
        share = _Share(
            row["id"], row["invoice_id"], row["applied_on"], row["amount_minor"],
            row["amount_minor"], row["book_id"] == desk.book_id, row["id"] in desk.matched,
        )  # fmt: skip
        known[share.id] = share
        if row["undoes_id"] is None:
            by_id[row["entry_id"]].shares.append(share)
        else:
            by_id[row["entry_id"]].undoings.append(share)
            known[row["undoes_id"]].left += share.minor
    return found


def _unfit(entry: _Entry, invoice: tuple[Any, ...]) -> str | None:
    _, customer_id, currency = invoice
    if currency != entry.facts["currency"]:
        return f"the invoice is in {currency}; an entry is applied in its own"
    if customer_id != entry.facts["customer_id"]:
        return "the invoice is another customer's; name one of the entry's customer"
    return None


def _stated(done: Absorbed, line: Line, entry: _Entry, invoice_id: InvoiceId) -> _Share | None:
    minor = done.minor(line, entry.facts["currency"])
    if minor == 0:
        done.refuse(line, "amount", "a share of nothing is none; leave this row out")
    if not minor:
        return None
    applied_on = line.row.applied_on or entry.facts["effective_on"]
    done.odd.update(applied_first(applied_on, entry.facts["effective_on"]))
    return _Share(AllocationId(new_id()), invoice_id, applied_on, minor, minor, mine=True)


def _new(
    desk: Desk, done: Absorbed, line: Line, entry: _Entry, share: _Share
) -> list[Sequence[Any]]:
    """Write a share or an undoing that nobody knew of, if the entry bears it."""
    currency = entry.facts["currency"]
    under: _Share | None = None
    if share.minor > 0 and share.minor > entry.left_to_apply():
        said = f"{major(max(0, entry.left_to_apply()), currency)} {currency}"
        message = f"only {said} of this entry is on no invoice; lower the share, or take one off"
        done.refuse(line, "amount", message)
        return []
    if share.minor < 0 and (under := entry.share_under(share)) is None:
        if not any(one.mine and one.same(share) for one in entry.undoings):
            message = (
                "no share of this size is on the invoice by that day; take each share off by a "
                "row of its own"
            )
            done.refuse(line, "amount", message)
        return []
    if under is None:
        entry.shares.append(share)
    else:
        under.left += share.minor
        entry.undoings.append(share)
    done.sums[f"allocation.{currency}"] += share.minor
    return [_values(desk, line.row, entry, share, under)]


def _values(
    desk: Desk, row: ShareRow, entry: _Entry, share: _Share, under: _Share | None
) -> Sequence[Any]:
    # A share cannot have been known before its entry was; without a word, it was on its day.
    known_at = max(begins_at(share.applied_on, desk.zone), entry.facts["recorded_at"])
    return (
        desk.client.id,
        share.id,
        entry.facts["id"],
        share.invoice_id,
        desk.book_id,
        under.id if under else None,
        entry.facts["effective_on"],
        share.applied_on,
        share.minor,
        row.recorded_at or known_at,
    )


def _remember(desk: Desk, entries: Iterable[_Entry]) -> None:
    """Keep which stored rows were spoken of, where a later chunk could take them for news."""
    for entry in entries:
        taken_off = [one for one in entry.shares if one.left != one.minor]
        desk.matched.update(one.id for one in (*taken_off, *entry.undoings) if one.matched)
