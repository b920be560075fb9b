"""Values that a process worked out once, under keys that never come to mean anything else.

What is kept here is never the truth: losing all of it costs time and nothing more.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

KEPT_MAX = 64
KEPT, ONCE = "kept", "once"
T = TypeVar("T")


class Kept:
    """The values of one process, the latest used of them."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """Give a value, or None where there is none."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: object) -> None:
        """Keep a value, and let go of the one not used for the longest time."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > KEPT_MAX:
                self._values.popitem(last=False)


def recall(session: Session, key: Hashable, make: Callable[[], T]) -> T:
    """Give what is kept under a key, or make it.

    A transaction that writes keeps nothing: what it sees may still change, or be rolled back.
    """
    found = kept(session, key)
    if found is None:
        found = make()
        keep(session, key, found)
    return cast("T", found)


def kept(session: Session, key: Hashable) -> Any:
    """Give what is kept under a key, or None."""
    values: Kept | None = session.info.get(KEPT)
    return None if values is None else values.get(key)


def keep(session: Session, key: Hashable, value: object) -> None:
    """Keep a value that says itself of which state of things it is; the last one stays."""
    values: Kept | None = session.info.get(KEPT)
    if values is not None:
        values.put(key, value)


def once(session: Session, key: Hashable, make: Callable[[], T]) -> T:
    """Give what this transaction has worked out already, where it only reads; it ends with it."""
    if KEPT not in session.info:
        return make()
    found = session.info.setdefault(ONCE, {})
    if key not in found:
        found[key] = make()
    return cast("T", found[key])
