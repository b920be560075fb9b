"""The ways out of the house: one port, an adapter for each."""

from typing import Protocol

from carecredit.outreach.rules import Message, Outcome


class Channel(Protocol):
    """Whatever takes a message out; it has its own time limit and never raises."""

    def send(self, message: Message) -> tuple[Outcome, str]:
        """Send once and say what came of it, with a detail for people (no personal data)."""
