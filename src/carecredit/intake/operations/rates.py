"""Absorbing rates of exchange, in sets that have a name; a rate is never rewritten."""

from typing import Any

import msgspec

from carecredit.intake.operations.absorbing import (
    NEVER_REWRITTEN,
    Absorbed,
    Desk,
    first_difference,
)
from carecredit.intake.operations.reading import Line
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries

_COLUMN_OF = {"rate_billionths": "rate", "source": "source", "recorded_at": "recorded_at"}


def absorb_rates(desk: Desk, lines: list[Line]) -> Absorbed:
    """Store the new rates of a chunk."""
    done = Absorbed()
    days = [line.row.day for line in lines]
    known = queries.rates_of(
        desk.session,
        client_id=desk.client.id,
        rate_sets={line.row.rate_set for line in lines},
        first=min(days),
        last=max(days),
    )
    fresh: list[dict[str, Any]] = []
    for line in lines:
        given = msgspec.structs.asdict(line.row)
        key = (given["rate_set"], given["currency"], given["into"], given["day"])
        stored = known.setdefault(key, given)
        told = {name: given[name] for name in _COLUMN_OF}
        if stored is given:
            fresh.append(given | {"client_id": desk.client.id, "book_id": desk.book_id})
        elif different := first_difference(stored, told, recorded_said=True):
            done.refuse(line, _COLUMN_OF[different], NEVER_REWRITTEN)
    receivables.store_rates(desk.session, rows=fresh)
    done.added = len(fresh)
    return done
