"""The mark of the secret key: another key is refused before it can write a word.

Under another key the audit chain would not verify, API keys would open nothing and hashed contact
points would match nobody; nothing of that can be mended afterwards.
"""

import hmac

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.errors import Misconfigured
from carecredit.store.base import Base, Code
from carecredit.store.session import Caller, Store, keyed_hash

NAME = "secret"


class KeyMark(Base):
    """A keyed hash that only the same key makes again."""

    __tablename__ = "key_marks"

    name: Mapped[str] = mapped_column(Code, primary_key=True)
    mark: Mapped[bytes]


class AnotherKey(Misconfigured):
    """The secret key is not the one this database was begun with."""

    code = "secret_key_differs"


def recognise(store: Store) -> None:
    """Accept the key this database was begun with (the first one seen); raises `AnotherKey`."""
    caller = Caller("key mark", frozenset())
    with store.read(caller) as session:
        mark = keyed_hash(session, "mark", NAME)
        known = session.execute(select(KeyMark.mark)).scalar()
    if known is None:
        try:
            with store.begin(caller) as session:
                session.execute(insert(KeyMark), [{"name": NAME, "mark": mark}])
        except IntegrityError:  # another process was first
            recognise(store)
    elif not hmac.compare_digest(known, mark):
        raise AnotherKey(
            "CARECREDIT_SECRET_KEY is not the key this database was begun with; set that one "
            "again (nothing has been written under this one)",
            field="secret_key",
        )
