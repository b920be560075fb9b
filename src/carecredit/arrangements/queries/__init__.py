"""Reading what was agreed, and what others act on."""

from carecredit.arrangements.queries.asking import (
    broken_unanswered,
    completed_unthanked,
    customers_to_review,
    reminders_due,
)
from carecredit.arrangements.queries.contested import (
    Moment,
    free_of,
    patient_plans,
    patient_promises,
)
from carecredit.arrangements.queries.money import Look, open_of, proof_shares, word_shares
from carecredit.arrangements.queries.plans import (
    active_plans,
    live_plans,
    plan,
    plan_cards,
    plans_of,
)
from carecredit.arrangements.queries.promises import active_promises, promise, promises_of
from carecredit.arrangements.queries.reliefs import (
    proof,
    proofs_of,
    relief,
    reliefs_of,
    reliefs_over,
    waiting_proofs,
)

__all__ = [
    "Look",
    "Moment",
    "active_plans",
    "active_promises",
    "broken_unanswered",
    "completed_unthanked",
    "customers_to_review",
    "free_of",
    "live_plans",
    "open_of",
    "patient_plans",
    "patient_promises",
    "plan",
    "plan_cards",
    "plans_of",
    "promise",
    "promises_of",
    "proof",
    "proof_shares",
    "proofs_of",
    "relief",
    "reliefs_of",
    "reliefs_over",
    "reminders_due",
    "waiting_proofs",
    "word_shares",
]
