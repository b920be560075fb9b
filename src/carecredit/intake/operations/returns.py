"""Absorbing what is taken back of an entry, or comes in for one given up: related movements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from carecredit.intake.operations.absorbing import (
    NEVER_REWRITTEN,
    Absorbed,
    Desk,
    first_difference,
)
from carecredit.intake.operations.entries import entry_column, entry_facts, entry_values
from carecredit.intake.operations.people import customers_named
from carecredit.intake.operations.reading import Line
from carecredit.intake.rules import EntryRow, Standing, taken_off
from carecredit.kernel.ids import CustomerId, EntryId, new_ids
from carecredit.kernel.money import major
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries
from carecredit.receivables.rules import TAKING_BACK, EntryKind

_RELATED_KINDS = {
    EntryKind.CHARGEBACK: (EntryKind.PAYMENT,),
    EntryKind.REFUND: (EntryKind.PAYMENT, EntryKind.CREDIT_NOTE, EntryKind.OPENING_CREDIT),
    EntryKind.RECOVERY: (EntryKind.WRITE_OFF,),
}
_CHUNK = 1_000


def absorb_returns(desk: Desk, lines: list[Line]) -> Absorbed:
    """Store the new refunds, chargebacks and recoveries of a chunk, kind by kind."""
    done = Absorbed()
    for kind in dict.fromkeys(line.row.kind for line in lines):
        _absorb(desk, kind, [line for line in lines if line.row.kind == kind], done)
    return done


def _absorb(desk: Desk, kind: EntryKind, lines: Sequence[Line], done: Absorbed) -> None:
    unique = done.unique(lines, "entry_id")
    customers = customers_named(desk, (line.row.customer for line in unique.values()))
    known = queries.entries_by_number(
        desk.session, client_id=desk.client.id, kind=kind, numbers=list(unique)
    )
    related = _Related(desk, kind, list(unique.values()))
    fresh = []
    for (number, line), entry_id in zip(unique.items(), new_ids(len(unique)), strict=True):
        row, customer_id, stored = line.row, customers[line.row.customer], known.get(number)
        wrong, related_id = related.of(row, customer_id, new=stored is None)
        if wrong:
            done.refuse(line, *wrong)
            continue
        values = entry_values(desk, row, entry_id, customer_id, related_id)
        if stored is None:
            fresh.append(values)
            done.sums[f"{kind}.{row.currency}"] += row.amount_minor
        elif different := first_difference(
            stored, entry_facts(values), recorded_said=line.row.recorded_said
        ):
            done.refuse(line, entry_column(line, different), NEVER_REWRITTEN)
    receivables.load_entries(desk.session, rows=fresh)
    done.added += len(fresh)


class _Related:
    """The entries that a chunk of movements relates to, and what is left to take back of each."""

    def __init__(self, desk: Desk, kind: EntryKind, lines: Sequence[Line]) -> None:
        self._kind = kind
        numbers = list({line.row.related for line in lines if line.row.related})
        self._found: dict[EntryKind, Mapping[str, dict[str, Any]]] = {
            one: queries.entries_by_number(
                desk.session, client_id=desk.client.id, kind=one, numbers=numbers
            )
            for one in _RELATED_KINDS[kind]
        }
        ids = [entry["id"] for found in self._found.values() for entry in found.values()]
        spoken_for = (kind,) if kind == EntryKind.RECOVERY else TAKING_BACK
        self._back = queries.taken_back(
            desk.session, client_id=desk.client.id, entry_ids=ids, kinds=spoken_for
        )

    def of(
        self, row: EntryRow, customer_id: CustomerId, *, new: bool
    ) -> tuple[tuple[str, str] | None, EntryId | None]:
        """Find the entry a row relates to; or say which cell does not fit, and why."""
        if row.related is None:
            return None, None
        if row.related_kind and row.related_kind not in self._found:
            kinds = ", ".join(self._found)
            return ("related_kind", f"a {self._kind} is of one of: {kinds}"), None
        matches = [
            found[row.related]
            for kind, found in self._found.items()
            if row.related in found and row.related_kind in {None, kind}
        ]
        if len(matches) != 1:
            return self._unclear(bool(matches)), None
        (entry,) = matches
        wrong = self._unfit(row, customer_id, entry)
        if new:
            wrong = wrong or _early(row, entry) or self._beyond(row, entry)
        return wrong, entry["id"]

    def _unclear(self, several: bool) -> tuple[str, str]:  # noqa: FBT001 - one or none
        kinds = ", ".join(self._found)
        if several:
            return "related_kind", f"several entries have this number; say which kind: {kinds}"
        return "related_id", f"there is no such entry ({kinds}); bring it in too"

    def _unfit(
        self, row: EntryRow, customer_id: CustomerId, entry: dict[str, Any]
    ) -> tuple[str, str] | None:
        if entry["currency"] != row.currency:
            return "currency", f"the entry it relates to is in {entry['currency']}; so must it be"
        if entry["customer_id"] != customer_id:
            way_out = "name the customer of the entry it relates to"
            return "customer_id", f"that entry is another customer's; {way_out}"
        return None

    def _beyond(self, row: EntryRow, entry: dict[str, Any]) -> tuple[str, str] | None:
        left = entry["amount_minor"] - self._back[entry["id"]]
        if row.amount_minor > left:
            said = f"{major(max(0, left), row.currency)} {row.currency}"
            if self._kind == EntryKind.RECOVERY:
                way_out = "bring what is beyond in as a payment"
                return "amount", f"only {said} is left to recover of that write-off; {way_out}"
            return "amount", f"only {said} is left to take back of that entry; correct the amount"
        self._back[entry["id"]] += row.amount_minor
        return None


def _early(row: EntryRow, entry: dict[str, Any]) -> tuple[str, str] | None:
    if row.effective_on < entry["effective_on"]:
        way_out = "date it then or later, or correct related_id"
        return "date", f"that entry is of {entry['effective_on']} only; {way_out}"
    return None


def settle_returns(desk: Desk) -> None:
    """Undo, on the day money was taken back, the shares it no longer covers.

    What allocations.csv undid itself is undone already. Latest applied comes off first.
    """
    touched = queries.returns_touched_by(
        desk.session, client_id=desk.client.id, book_id=desk.book_id
    )
    entry_ids = list(touched)
    for start in range(0, len(entry_ids), _CHUNK):
        mine = entry_ids[start : start + _CHUNK]
        shares = standing_shares(desk, mine)
        rows = [
            row
            for entry_id in mine
            for row in _undone(desk, touched[entry_id], shares.get(entry_id, []), entry_id)
        ]
        ids = new_ids(len(rows))
        receivables.load_allocations(
            desk.session,
            rows=[(desk.client.id, one, *row) for one, row in zip(ids, rows, strict=True)],
        )


def _undone(
    desk: Desk, returns: Sequence[dict[str, Any]], shares: list[Standing], entry_id: EntryId
) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    left = returns[0]["of_minor"]
    for back in returns:
        left -= back["amount_minor"]
        beyond = sum(share.minor for share in shares) - max(0, left)
        gone = {share.id: (share, part) for share, part in taken_off(beyond, shares)}
        rows += [
            (
                entry_id, share.invoice_id, desk.book_id, share.id, back["of_on"],
                max(back["effective_on"], share.counts_on), -part, back["recorded_at"],
            )
            for share, part in gone.values()
        ]  # fmt: skip
        shares = [
            Standing(one.id, one.invoice_id, one.counts_on, one.minor - gone[one.id][1])
            if one.id in gone
            else one
            for one in shares
        ]
    return rows


def standing_shares(desk: Desk, entry_ids: Sequence[EntryId]) -> dict[EntryId, list[Standing]]:
    """Give by entry what is left of its shares."""
    stored = queries.allocations_of(desk.session, client_id=desk.client.id, entry_ids=entry_ids)
    undone: Counter[Any] = Counter()
    for row in stored:
        if row["undoes_id"] is not None:
            undone[row["undoes_id"]] -= row["amount_minor"]
    found: dict[EntryId, list[Standing]] = {}
    for row in stored:
        left = row["amount_minor"] - undone[row["id"]]
        if row["undoes_id"] is None and left > 0:
            counts_on = max(row["applied_on"], row["effective_on"])
            share = Standing(row["id"], row["invoice_id"], counts_on, left)
            found.setdefault(row["entry_id"], []).append(share)
    return found
