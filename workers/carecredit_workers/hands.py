"""What the actors hold in their hands: the store, the clock, the way out for messages."""

import logging
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from carecredit.desk import CareCredit
from carecredit.kernel.ids import ClientId, TouchId
from carecredit.outreach.channels import Channel
from carecredit.outreach.channels.mail import way_out
from carecredit.outreach.operations import claim, settle
from carecredit.outreach.rules import Outcome
from carecredit.outreach.views import Claimed
from carecredit.settings import Settings
from carecredit.store.session import Caller

log = logging.getLogger("carecredit.workers")
NAME = "worker"


class Hands:
    """One pair of hands for a process; the database is opened on first use, after any fork."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def desk(self) -> CareCredit:
        """The desk these hands work at."""
        return CareCredit.with_settings(self.settings, name=NAME)

    @cached_property
    def mail(self) -> Channel:
        """The way out for e-mail."""
        return way_out(self.settings.smtp_url, timeout_seconds=self.settings.send_seconds)

    def make_touch(self, client_id: ClientId, touch_id: TouchId, fence: int) -> str:
        """Claim a touch, send what there is to send, settle: two transactions around the talk."""
        caller = Caller(NAME, frozenset({client_id}))
        with self.desk.store.begin(caller) as session:
            found = claim(
                session,
                client_id=client_id,
                touch_id=touch_id,
                fence=fence,
                sender=self.settings.mail_from,
                lease=timedelta(seconds=self.settings.lease_seconds),
                now=self.desk.now(),
            )
        if not isinstance(found, Claimed):
            return f"{found.status}:{found.reason}"
        outcome, detail = self.mail.send(found.message)
        with self.desk.store.begin(caller) as session:
            settle(
                session,
                client_id=client_id,
                attempt_id=found.attempt_id,
                outcome=outcome,
                detail=detail,
                now=self.desk.now(),
            )
        if outcome is not Outcome.ACCEPTED:
            log.warning("touch %s: %s (%s)", touch_id, outcome, detail)
        return str(outcome)

    def close(self) -> None:
        """Let go of the database, if it was ever opened."""
        if "desk" in self.__dict__:
            self.desk.close()


def ids(client_id: str, touch_id: str) -> tuple[ClientId, TouchId]:
    """Read the ids a message carries."""
    return ClientId(UUID(client_id)), TouchId(UUID(touch_id))
