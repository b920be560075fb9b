"""What a forecast sets out from, carried on as books come in: their customers are read anew."""

from collections.abc import Hashable, Sequence
from datetime import date

from msgspec import Struct, structs
from sqlalchemy.orm import Session

from carecredit.kernel.ids import BookId
from carecredit.metrics.queries.habits import Habits, habits
from carecredit.metrics.queries.items import followed
from carecredit.metrics.queries.layers import unsummed
from carecredit.metrics.queries.scope import Scope
from carecredit.metrics.queries.states import State, books_since, customers_of, state_of
from carecredit.metrics.queries.stored import OpenAtBoth, stored_habits, stored_open
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
        return outsets_anew(session, scope, origin, as_of)
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
    old = outsets_anew(session, structs.replace(theirs, without=tuple(books)), *days)
    new = outsets_anew(session, theirs, *days)
    earlier, own = (
        mine.plus(then, -1).plus(now)
        for mine, then, now in zip(before.found, old, new, strict=True)
    )
    return earlier, own


def _touched(session: Session, scope: Scope, books: list[BookId]) -> frozenset[Hashable] | None:
    if not books or len(books) > _BOOKS_MAX:
        return None if books else frozenset()
    found = customers_of(session, client_id=scope.client_id, books=books)
    return frozenset(found) if len(found) <= _CUSTOMERS_MAX else None


def outsets_anew(session: Session, scope: Scope, origin: date, as_of: date) -> Outsets:
    """Read it from the entries, whatever is stored."""
    found = [
        (it.customer, it.due_on, it.open_minor, it.open_later_minor)
        for it in followed(session, scope, first=origin, last=as_of)
    ]
    return _of_both(found, habits(session, scope, origin, as_of))


def _read(session: Session, scope: Scope, origin: date, as_of: date) -> Outsets:
    """Read what is stored, and from the entries who has a part in books that are not in it yet."""
    apart = _touched(session, scope, unsummed(session, client_id=scope.client_id))
    if apart is None:
        return outsets_anew(session, scope, origin, as_of)
    asked = session, scope, origin, as_of, apart
    found = _of_both(stored_open(*asked), stored_habits(*asked))
    if not apart:
        return found
    theirs = outsets_anew(session, structs.replace(scope, customers=apart), origin, as_of)
    earlier, own = (mine.plus(other) for mine, other in zip(found, theirs, strict=True))
    return earlier, own


def _of_both(found: Sequence[OpenAtBoth], habits: Habits) -> Outsets:
    earlier, own = habits
    return (
        outset(((who, due_on, minor) for who, due_on, minor, _ in found if minor), earlier),
        outset(((who, due_on, minor) for who, due_on, _, minor in found if minor), own),
    )
