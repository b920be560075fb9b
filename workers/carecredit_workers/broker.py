"""The broker of a set-up: in process, Redis or RabbitMQ by its address; JSON messages of ids only.

The broker is a doorbell: it may lose everything. No retries and no delays are asked of it (both
would be delayed messages, which block one another); the rows of the database know what is due.
"""

import dramatiq
from dramatiq.brokers.stub import StubBroker
from dramatiq.encoder import JSONEncoder
from dramatiq.middleware import AgeLimit, Middleware, ShutdownNotifications, TimeLimit

from carecredit.settings import Settings

HEARTBEAT_MILLISECONDS = 15_000
MAINTENANCE_CHANCE = 50_000
"""Of a million Redis commands: how many look for dead workers. The default, on an idle system,
takes ten minutes to find one."""


def make_broker(settings: Settings) -> dramatiq.Broker:
    """Make the broker that the settings name; nothing is connected yet."""
    middleware: list[Middleware] = [
        AgeLimit(max_age=settings.lease_seconds * 1000),
        TimeLimit(time_limit=settings.lease_seconds * 1000),
        ShutdownNotifications(),
    ]
    dramatiq.set_encoder(JSONEncoder())
    url = settings.broker_url
    if url == "memory:":
        return StubBroker(middleware=middleware)
    if url.startswith("redis"):
        from dramatiq.brokers.redis import RedisBroker  # noqa: PLC0415 - its client is heavy

        return RedisBroker(  # type: ignore[no-untyped-call] # the library leaves it untyped
            url=url,
            middleware=middleware,
            heartbeat_timeout=HEARTBEAT_MILLISECONDS,
            maintenance_chance=MAINTENANCE_CHANCE,
        )
    from dramatiq.brokers.rabbitmq import RabbitmqBroker  # noqa: PLC0415 - the same

    return RabbitmqBroker(url=url, middleware=middleware, confirm_delivery=True)
