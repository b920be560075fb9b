"""The pulse: rings what is due, sweeps up what was left, plans, sums; it holds no truth.

Any number of tickers may run: jobs are claimed by their lease, touches by theirs.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from dramatiq.errors import DramatiqError
from sqlalchemy.exc import SQLAlchemyError

from carecredit.cadence.operations import claim_job, finish_job
from carecredit.outreach.operations import ring, sweep
from carecredit.outreach.views import Ring
from carecredit_workers.hands import Hands

log = logging.getLogger("carecredit.ticker")
RING_MAX = 100
PULSE_LEASE = timedelta(minutes=30)
SWEEP_SECONDS = 2.0
SUM_SECONDS = 10.0
"""Reports are exact without it; it keeps what each reader has to add up by itself short."""
PAUSE_SECONDS_MAX = 30.0


class Ticker:
    """A loop of its own thread; `send` puts a ring on the broker."""

    def __init__(self, hands: Hands, send: Callable[[Ring], object]) -> None:
        self._hands = hands
        self._send = send
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)
        self._swept = 0.0
        self._summed = 0.0

    def start(self) -> None:
        """Begin to tick."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the tick at hand and stop."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=PAUSE_SECONDS_MAX)

    def tick(self) -> int:
        """Do once what is due: plan, sweep, ring; say how many touches were rung."""
        self._pulse()
        if time.monotonic() - self._swept >= SWEEP_SECONDS:
            self._sweep()
        if time.monotonic() - self._summed >= SUM_SECONDS:
            self._sum_up()
        return self._ring()

    def _run(self) -> None:
        pause = self._hands.settings.ring_seconds
        while not self._stopping.is_set():
            try:
                rung = self.tick()
                pause = 0.0 if rung == RING_MAX else self._hands.settings.ring_seconds
            except (SQLAlchemyError, DramatiqError, OSError) as error:
                # The rows wait; so do we, a little longer each time, and then try again.
                pause = min(max(1.0, pause * 2), PAUSE_SECONDS_MAX)
                log.warning("tick failed (%s), again in %.0f s", type(error).__name__, pause)
            self._stopping.wait(pause)

    def _pulse(self) -> None:
        desk = self._hands.desk
        with desk.store.begin(desk.caller) as session:
            run = claim_job(
                session,
                name="pulse",
                schedule=self._hands.settings.pulse_schedule,
                lease=PULSE_LEASE,
                now=desk.now(),
            )
        if run is None:
            return
        now = desk.now()
        done = desk.pulse(now=now)
        note = ", ".join(
            f"{one.client}: {one.planned} planned, {one.cancelled} cancelled" for one in done
        )
        with desk.store.begin(desk.caller) as session:
            finish_job(session, run=run, note=note, now=now)
        log.info("pulse: %s", note or "no client company yet")

    def _sweep(self) -> None:
        desk = self._hands.desk
        with desk.store.begin(desk.caller) as session:
            swept = sweep(session, now=desk.now())
        self._swept = time.monotonic()
        if swept.rung_again or swept.unknown or swept.parked:
            log.warning(
                "swept: %d rung again, %d unknown, %d parked",
                swept.rung_again,
                swept.unknown,
                swept.parked,
            )

    def _sum_up(self) -> None:
        done = self._hands.desk.finance.sum_up()
        self._summed = time.monotonic()
        for one in done:
            log.info("sums of %s took in %d books", one.client, one.books)

    def _ring(self) -> int:
        desk = self._hands.desk
        lease = timedelta(seconds=self._hands.settings.lease_seconds)
        with desk.store.begin(desk.caller) as session:
            rings = ring(session, limit=RING_MAX, lease=lease, now=desk.now())
        # Only after the commit: a worker may be quicker than we are.
        for one in rings:
            self._send(one)
        return len(rings)
