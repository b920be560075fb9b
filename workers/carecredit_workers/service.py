"""A working process: broker, actors, worker threads and a ticker, started and stopped together."""

import dramatiq

from carecredit.outreach.views import Ring
from carecredit.settings import Settings
from carecredit_workers import outreach
from carecredit_workers.broker import make_broker
from carecredit_workers.hands import Hands
from carecredit_workers.ticker import Ticker

POLL_MILLISECONDS = 200
STOP_MILLISECONDS = 60_000


class Service:
    """Everything a working process runs."""

    def __init__(self, settings: Settings, *, threads: int = 4, ticking: bool = True) -> None:
        self.hands = Hands(settings)
        self.broker = make_broker(settings)
        self._make_touch = outreach.declare(self.broker, self.hands)
        self._worker = dramatiq.Worker(
            self.broker, worker_threads=threads, worker_timeout=POLL_MILLISECONDS
        )
        self.ticker = Ticker(self.hands, self.ring) if ticking else None

    def ring(self, one: Ring) -> None:
        """Put a ring on the broker."""
        self._make_touch.send(str(one.client_id), str(one.touch_id), one.fence)

    def start(self) -> None:
        """Start the threads and the ticker."""
        self._worker.start()
        if self.ticker is not None:
            self.ticker.start()

    def stop(self) -> None:
        """Stop ringing, finish what is in the hands, let go of broker and database."""
        if self.ticker is not None:
            self.ticker.stop()
        self._worker.stop(timeout=STOP_MILLISECONDS)
        self.broker.close()
        self.hands.close()
