"""Reading ahead: the next rows are read in a thread while the database writes the last ones."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
_POLL_SECONDS = 0.05


@contextmanager
def ahead(items: Iterator[T], first: int, size: int) -> Iterator[Iterator[list[T]]]:
    """Hand out items in lists, one of them read in advance; the thread ends with the block.

    The first list is of another size than the rest.
    """
    lists: queue.Queue[list[T] | BaseException] = queue.Queue(maxsize=1)
    stop = threading.Event()
    thread = threading.Thread(target=_read, args=(items, (first, size), lists, stop), daemon=True)
    thread.start()
    try:
        yield _handed_out(lists)
    finally:
        stop.set()
        thread.join()


def _read(
    items: Iterator[T],
    sizes: tuple[int, int],
    lists: "queue.Queue[list[T] | BaseException]",
    stop: threading.Event,
) -> None:
    size, later = sizes
    try:
        while chunk := list(islice(items, size)):
            size = later
            if not _put(lists, chunk, stop):
                return
        _put(lists, [], stop)
    except BaseException as error:  # noqa: BLE001 - raised again where the rows are used
        _put(lists, error, stop)


def _put(
    lists: "queue.Queue[list[T] | BaseException]",
    told: list[T] | BaseException,
    stop: threading.Event,
) -> bool:
    """Wait for room, but not for somebody who has gone."""
    while not stop.is_set():
        try:
            lists.put(told, timeout=_POLL_SECONDS)
        except queue.Full:
            continue
        return True
    return False


def _handed_out(lists: "queue.Queue[list[T] | BaseException]") -> Iterator[list[T]]:
    while chunk := lists.get():
        if isinstance(chunk, BaseException):
            raise chunk
        yield chunk
