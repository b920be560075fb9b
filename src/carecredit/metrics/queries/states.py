"""In which state a book was read, and what came in since: so that readings can be carried on."""

from collections.abc import Hashable
from typing import Any

from msgspec import Struct
from sqlalchemy import and_, select, union
from sqlalchemy.orm import Session

from carecredit.kernel.ids import BookId, ClientId
from carecredit.metrics.model import Summing
from carecredit.metrics.queries.layers import unsummed
from carecredit.receivables.model import Allocation, Book, Invoice, LedgerEntry
from carecredit.store.paging import keys, raw


class State(Struct, frozen=True):
    """How often a book was summed, when it was begun anew, and the books that came in since.

    What is read of the whole book is the same as long as this is: nothing in it is ever edited.
    """

    position: int = 0
    begun_in: int = 0
    books: tuple[BookId, ...] = ()

    def follows(self, other: "State") -> bool:
        """Say whether all that the other state holds is in this one."""
        if self.begun_in != other.begun_in or self.position < other.position:
            return False
        return self.position > other.position or set(self.books) >= set(other.books)


def state_of(session: Session, *, client_id: ClientId) -> State:
    """Name the state of a book as this transaction sees it."""
    query = select(Summing.position, Summing.begun_in).where(Summing.client_id == client_id)
    row = session.execute(query).first()
    books = tuple(unsummed(session, client_id=client_id))
    return State(row[0], row[1], books) if row else State(books=books)


def books_since(session: Session, *, client_id: ClientId, state: State) -> list[BookId]:
    """List the books that came in after a state; it is of sums that were not begun anew since."""
    summed = select(Book.id).where(Book.client_id == client_id, Book.summed_in > state.position)
    found = {*session.execute(summed).scalars(), *unsummed(session, client_id=client_id)}
    return sorted(found.difference(state.books))


def customers_of(session: Session, *, client_id: ClientId, books: list[BookId]) -> set[Hashable]:
    """Find the customers whose documents some books brought, or settled."""
    beside = and_(Allocation.client_id == Invoice.client_id, Allocation.invoice_id == Invoice.id)
    wanted: list[Any] = [
        select(raw(table.customer_id)).where(table.client_id == client_id, table.book_id.in_(books))
        for table in (Invoice, LedgerEntry)
    ]
    applied = select(raw(Invoice.customer_id)).join(Allocation, beside)
    wanted.append(applied.where(Allocation.client_id == client_id, Allocation.book_id.in_(books)))
    return keys(session, select(union(*wanted).subquery()))
