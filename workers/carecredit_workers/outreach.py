"""The actor that makes touches."""

import dramatiq

from carecredit_workers.hands import Hands, ids

QUEUE = "outreach"


def declare(broker: dramatiq.Broker, hands: Hands) -> dramatiq.Actor[..., None]:
    """Declare the actors of outreach on a broker."""

    @dramatiq.actor(broker=broker, queue_name=QUEUE, max_age=hands.settings.lease_seconds * 1000)
    def make_touch(client_id: str, touch_id: str, fence: int) -> None:
        """Make a rung touch; a late or doubled message finds the fence moved on."""
        hands.make_touch(*ids(client_id, touch_id), fence)

    return make_touch
