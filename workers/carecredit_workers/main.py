"""What `dramatiq carecredit_workers.main` loads: broker, actors, and a ticker in each process."""

import os

from dramatiq import Broker, Worker
from dramatiq.middleware import Middleware

from carecredit import settings
from carecredit.outreach.views import Ring
from carecredit_workers import outreach
from carecredit_workers.broker import make_broker
from carecredit_workers.hands import Hands
from carecredit_workers.ticker import Ticker


class Ticking(Middleware):
    """Starts a ticker with a worker process, and stops it before the process ends."""

    def __init__(self, ticker: Ticker, hands: Hands) -> None:
        self._ticker = ticker
        self._hands = hands

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - the hook's form
        """Begin to tick."""
        self._ticker.start()

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - the same
        """Stop ringing before the threads stop answering."""
        self._ticker.stop()

    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - the same
        """Let go of the database."""
        self._hands.close()


_hands = Hands(settings.load(os.environ))
broker = make_broker(_hands.settings)
make_touch = outreach.declare(broker, _hands)


def _ring(one: Ring) -> None:
    make_touch.send(str(one.client_id), str(one.touch_id), one.fence)


broker.add_middleware(Ticking(Ticker(_hands, _ring), _hands))
