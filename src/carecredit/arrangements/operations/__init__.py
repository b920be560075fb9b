"""Writing what is agreed: promises, plans, reliefs, payments on their way, and their review."""

from carecredit.arrangements.operations.answering import answer_broken, note_reminder, thank
from carecredit.arrangements.operations.deciding import (
    approve_plan,
    break_plan,
    cancel_plan,
    reject_plan,
)
from carecredit.arrangements.operations.forgetting import forget_words
from carecredit.arrangements.operations.plans import NewPlan, propose_plan, renegotiate_plan
from carecredit.arrangements.operations.promises import (
    NewPromise,
    cancel_promise,
    record_promise,
)
from carecredit.arrangements.operations.proofs import (
    NewProof,
    ProofWaits,
    announce_proof,
    withdraw_proof,
)
from carecredit.arrangements.operations.reliefs import NewRelief, end_relief, grant_relief
from carecredit.arrangements.operations.reviewing import review_arrangements

__all__ = [
    "NewPlan",
    "NewPromise",
    "NewProof",
    "NewRelief",
    "ProofWaits",
    "announce_proof",
    "answer_broken",
    "approve_plan",
    "break_plan",
    "cancel_plan",
    "cancel_promise",
    "end_relief",
    "forget_words",
    "grant_relief",
    "note_reminder",
    "propose_plan",
    "record_promise",
    "reject_plan",
    "renegotiate_plan",
    "review_arrangements",
    "thank",
    "withdraw_proof",
]
