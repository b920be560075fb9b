"""What a forecast sets out from, carried on as books come in: their customers are read anew."""

from collections.abc import Hashable, Iterable
from datetime import date

from msgspec import Struct, structs
from sqlalchemy.orm import Session

from carecredit.kernel.ids import BookId
from carecredit.metrics.queries.habits import habits
from carecredit.metrics.queries.items import Followed, followed
from carecredit.metrics.queries.scope import Scope
from carecredit.metrics.queries.states import State, books_since, customers_of, state_of
from carecredit.metrics.rules.forecast import Outset, outset
from carecredit.store.keeping import keep, kept

Outsets = tuple[Outset, Outset]
"""As of the earlier day, and as of the day itself."""
_BOOKS_MAX, _CUSTOMERS_MAX = 500, 500
"""Where more came in, all is read anew."""


class _Kept(Struct, frozen=True):
    state: State
    found: Outsets


def outsets(session: Session, scope: Scope, origin: date, as_of: date) -> Outsets:
    """Give what a forecast of each of the two days sets out from; exact, whatever is kept."""
    if scope.known is not None:
        return _read(session, scope, origin, as_of)
    key = ("outsets", scope.client_id, scope.currency, scope.segment, origin, as_of)
    state = state_of(session, client_id=scope.client_id)
    before: _Kept | None = kept(session, key)
    found = None
    if before is not None and state.follows(before.state):
        found = _carried_on(session, scope, (origin, as_of), before)
    found = found or _read(session, scope, origin, as_of)
    keep(session, key, _Kept(state, found))
    return found


def _carried_on(
    session: Session, scope: Scope, days: tuple[date, date], before: _Kept
) -> Outsets | None:
    """Read the customers of the books that came in, with them and without; none where many did."""
    books = books_since(session, client_id=scope.client_id, state=before.state)
    if not books:
        return before.found
    touched = _touched(session, scope, books)
    if touched is None:
        return None
    theirs = structs.replace(scope, customers=touched)
    old = _read(session, structs.replace(theirs, without=tuple(books)), *days)
    new = _read(session, theirs, *days)
    earlier, own = (
        mine.plus(then, -1).plus(now)
        for mine, then, now in zip(before.found, old, new, strict=True)
    )
    return earlier, own


def _touched(session: Session, scope: Scope, books: list[BookId]) -> frozenset[Hashable] | None:
    if len(books) > _BOOKS_MAX:
        return None
    found = customers_of(session, client_id=scope.client_id, books=books)
    return frozenset(found) if len(found) <= _CUSTOMERS_MAX else None


def _read(session: Session, scope: Scope, origin: date, as_of: date) -> Outsets:
    found = list(followed(session, scope, first=origin, last=as_of))
    earlier, own = habits(session, scope, origin, as_of)
    return outset(_open(found, later=False), earlier), outset(_open(found, later=True), own)


def _open(found: Iterable[Followed], *, later: bool) -> list[tuple[Hashable, date, int]]:
    if later:
        return [
            (it.customer, it.due_on, it.open_later_minor) for it in found if it.open_later_minor
        ]
    return [(it.customer, it.due_on, it.open_minor) for it in found if it.open_minor]
