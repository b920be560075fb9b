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
PlanId = NewType("PlanId", UUID)
ReliefId = NewType("ReliefId", UUID)
ProofId = NewType("ProofId", UUID)
ShareId = NewType("ShareId", UUID)
TouchId = NewType("TouchId", UUID)
ContactId = NewType("ContactId", UUID)
AttemptId = NewType("AttemptId", UUID)
EventId = NewType("EventId", UUID)
ApprovalId = NewType("ApprovalId", UUID)
SuppressionId = NewType("SuppressionId", UUID)
ConsentId = NewType("ConsentId", UUID)
PreferenceId = NewType("PreferenceId", UUID)
CareNeedId = NewType("CareNeedId", UUID)
WaiverId = NewType("WaiverId", UUID)
RelationshipId = NewType("RelationshipId", UUID)
StudyId = NewType("StudyId", UUID)
SurveyId = NewType("SurveyId", UUID)
ChoiceId = NewType("ChoiceId", UUID)
MergeId = NewType("MergeId", UUID)
CaseId = NewType("CaseId", UUID)
ExpectationId = NewType("ExpectationId", UUID)
AbilityId = NewType("AbilityId", UUID)
SquadId = NewType("SquadId", UUID)
ShiftId = NewType("ShiftId", UUID)
ProcedureId = NewType("ProcedureId", UUID)
GapId = NewType("GapId", UUID)

_lock = threading.Lock()
_last = 0
_VARIANT = bytes(0x80 | value >> 2 for value in range(256))
"""A byte of noise made the first of the lower half: two bits say which kind of UUID it is."""


def new_id() -> UUID:
    """Make an identifier that sorts after every one made before it in this process."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """Make identifiers by the batch: each sorts after the one before it."""
    return [UUID(bytes=key) for key in new_keys(count)]


def new_keys(count: int) -> list[bytes]:
    """Make identifiers by the batch as their sixteen bytes, for very many rows."""
    global _last  # noqa: PLW0603 - the last value handed out is what keeps the order
    with _lock:
        # 48 bits of milliseconds, then 12 bits of their fractions: order below a millisecond.
        first = max((time.time_ns() << 12) // 1_000_000, _last + 1)
        _last = first + count - 1
    noise = bytearray(os.urandom(8 * count))
    noise[::8] = noise[::8].translate(_VARIANT)
    return [
        (stamp >> 12 << 16 | 0x7000 | stamp & 0xFFF).to_bytes(8, "big") + noise[at : at + 8]
        for stamp, at in zip(range(first, first + count), range(0, 8 * count, 8), strict=True)
    ]
