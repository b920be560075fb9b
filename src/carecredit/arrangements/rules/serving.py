"""Which euro serves which word: money goes to what falls due first, and serves once."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from carecredit.kernel.ids import EntryId, InvoiceId

ClaimKey = tuple[UUID, int]
"""A promise, proof (with 0) or a plan and the place of its instalment (from 1)."""


class Received(msgspec.Struct, frozen=True):
    """A payment less what was given back of it, and what of it stands on which invoice."""

    entry_id: EntryId
    on: date
    minor: int
    known_at: datetime
    """When it was on the books: recorded, and its day come."""
    placed: Mapping[InvoiceId, int] = {}


class Claim(msgspec.Struct, frozen=True):
    """What waits for money: how much, due when, and by money of which days."""

    key: ClaimKey
    due_on: date
    first: date
    last: date
    wanted_minor: int
    only: frozenset[InvoiceId] | None = None
    """Money that stands on another invoice than these does not count (none named: all counts)."""
    never: frozenset[InvoiceId] = frozenset()
    """Money that stands on one of these does not count."""
    known_after: datetime | None = None
    """Money that was on the books by then does not count: it lowered what was agreed about."""


class Share(msgspec.Struct, frozen=True):
    """So much of a payment serves a claim."""

    key: ClaimKey
    entry_id: EntryId
    minor: int


def serve(
    received: Iterable[Received], claims: Iterable[Claim], spent: Mapping[EntryId, int]
) -> tuple[Share, ...]:
    """Put each euro to one claim at most: the oldest money to what falls due first.

    `spent` is what of each payment serves claims that were judged before. The order in which
    payments and claims are given changes nothing.
    """
    money = sorted(received, key=lambda one: (one.on, one.entry_id))
    left = {one.entry_id: max(0, one.minor - spent.get(one.entry_id, 0)) for one in money}
    shares: list[Share] = []
    for claim in sorted(claims, key=lambda one: (one.due_on, one.key)):
        wanted = claim.wanted_minor
        for one in money:
            if wanted == 0:
                break
            minor = min(wanted, left[one.entry_id], _usable(one, claim))
            if minor > 0:
                shares.append(Share(claim.key, one.entry_id, minor))
                left[one.entry_id] -= minor
                wanted -= minor
    return tuple(shares)


def served(shares: Iterable[Share]) -> dict[ClaimKey, int]:
    """Sum by claim what serves it."""
    found: dict[ClaimKey, int] = {}
    for share in shares:
        found[share.key] = found.get(share.key, 0) + share.minor
    return found


def _usable(one: Received, claim: Claim) -> int:
    known = claim.known_after is not None and one.known_at <= claim.known_after
    if known or not claim.first <= one.on <= claim.last:
        return 0
    elsewhere = sum(minor for key, minor in one.placed.items() if not _counts(key, claim))
    return max(0, one.minor - elsewhere)


def _counts(invoice_id: InvoiceId, claim: Claim) -> bool:
    return invoice_id not in claim.never and (claim.only is None or invoice_id in claim.only)
