"""`carecredit work`: the hands, in one process or several, watched over."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import FrameType

import rich_click as click

from carecredit import schema, settings
from carecredit.kernel.errors import Misconfigured
from carecredit.store.engine import make_engine
from carecredit.store.keymark import recognise
from carecredit.store.session import Store
from carecredit_workers.service import Service

log = logging.getLogger("carecredit.work")
PROCESSES_MAX = 64
RESTART_SECONDS = 1.0


@click.command()
@click.option(
    "--processes",
    type=click.IntRange(1, PROCESSES_MAX),
    default=1,
    show_default=True,
    help="Working processes; one that dies is started again.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Threads of each process.",
)
@click.option("--ticker/--no-ticker", default=True, show_default=True, help="Plan and ring, too.")
def work(processes: int, threads: int, ticker: bool) -> None:  # noqa: FBT001 - a command's flags are its arguments
    """Make due touches until told to stop (Ctrl+C, SIGTERM).

    What is at hand is finished first. Start as many as you like, on as many machines: the database
    knows who does what.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # a look at the level is no news
    found = settings.load(os.environ)
    engine = make_engine(found)
    schema.check(engine)
    recognise(Store(engine, found.secret()))
    engine.dispose()
    if processes > 1 and found.broker_url == "memory:" and not ticker:
        raise Misconfigured(
            "with the broker in process (memory:) each process needs its own ticker; leave out "
            "--no-ticker, or set CARECREDIT_BROKER_URL to redis:// or amqp://",
            field="broker_url",
        )
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopper(stopping))
    if processes == 1:
        _work(found, threads, ticker, stopping)
    else:
        _watch_over(processes, threads, ticker, stopping)


def _work(found: settings.Settings, threads: int, ticker: bool, stopping: threading.Event) -> None:  # noqa: FBT001 - a command's flag
    service = Service(found, threads=threads, ticking=ticker)
    service.start()
    log.info("at work: %d threads, broker %s", threads, found.broker_url.partition("://")[0])
    stopping.wait()
    log.info("stopping")
    service.stop()


def _watch_over(processes: int, threads: int, ticker: bool, stopping: threading.Event) -> None:  # noqa: FBT001 - a command's flag
    command = [
        sys.executable, "-m", "carecredit_workers", "--threads", str(threads),
        "--ticker" if ticker else "--no-ticker",
    ]  # fmt: skip
    children = [subprocess.Popen(command) for _ in range(processes)]  # noqa: S603 - our own module
    while not stopping.wait(RESTART_SECONDS):
        for index, child in enumerate(children):
            if child.poll() is not None:
                log.warning("a working process ended with %d; starting another", child.returncode)
                children[index] = subprocess.Popen(command)  # noqa: S603 - our own module
    for child in children:
        child.terminate()
    for child in children:
        child.wait()


def _stopper(stopping: threading.Event) -> Callable[[int, FrameType | None], None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    return stop
