"""What a proposal may depend on: what stands between us and a person, and nothing about worth."""

import msgspec


class NextFacts(msgspec.Struct, frozen=True):
    """Where things stand with a person at the moment of a contact."""

    owes: bool = False
    past_due: bool = False
    days_past_due: int = 0
    late_before: bool = False
    """Something was past due before, and was settled."""
    unapplied_covers: bool = False
    disputed: bool = False
    complaint: bool = False
    our_word_due: bool = False
    care_needed: bool = False
    promised: bool = False
    promise_missed: bool = False
    instalment_missed: bool = False
    payment_on_its_way: bool = False
    holds: frozenset[str] = frozenset()
    reason: str | None = None
    """Why it was not paid, as the person said it last."""
    language: str = "it"
