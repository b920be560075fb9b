"""Typed identifiers, ordered by the time they were made (UUID version 7, RFC 9562)."""

import os
import threading
import time
from typing import NewType
from uuid import UUID

ClientId = NewType("ClientId", UUID)
MandateId = NewType("MandateId", UUID)
PersonId = NewType("PersonId", UUID)
CustomerId = NewType("CustomerId", UUID)
ContactPointId = NewType("ContactPointId", UUID)
OperatorId = NewType("OperatorId", UUID)
KeyId = NewType("KeyId", UUID)
BookId = NewType("BookId", UUID)
InvoiceId = NewType("InvoiceId", UUID)
EntryId = NewType("EntryId", UUID)
AllocationId = NewType("AllocationId", UUID)
DisputeId = NewType("DisputeId", UUID)
HoldId = NewType("HoldId", UUID)
PromiseId = NewType("PromiseId", UUID)
TouchId = NewType("TouchId", UUID)
ContactId = NewType("ContactId", UUID)
AttemptId = NewType("AttemptId", UUID)
EventId = NewType("EventId", UUID)
SuppressionId = NewType("SuppressionId", UUID)
WaiverId = NewType("WaiverId", UUID)
RelationshipId = NewType("RelationshipId", UUID)
StudyId = NewType("StudyId", UUID)

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Make an identifier that sorts after every one made before it in this process."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """Make identifiers by the batch: each sorts after the one before it."""
    global _last  # noqa: PLW0603 - the last value handed out is what keeps the order
    with _lock:
        # 48 bits of milliseconds, then 12 bits of their fractions: order below a millisecond.
        stamp = max((time.time_ns() << 12) // 1_000_000, _last + 1)
        _last = stamp + count - 1
    noise = os.urandom(8 * count)
    return [
        UUID(
            int=(stamp + index >> 12) << 80
            | 0x7 << 76
            | (stamp + index & 0xFFF) << 64
            | 0b10 << 62
            | int.from_bytes(noise[8 * index : 8 * index + 8], "big") >> 2
        )
        for index in range(count)
    ]
