"""Planning touches, changing their state, the jobs of the pulse, and the terms it follows."""

from carecredit.cadence.operations.jobs import Run, claim_job, finish_job
from carecredit.cadence.operations.planning import ask_callback, plan_customers
from carecredit.cadence.operations.states import cancel, forget_details, move
from carecredit.cadence.operations.terms import agree_terms

__all__ = [
    "Run",
    "agree_terms",
    "ask_callback",
    "cancel",
    "claim_job",
    "finish_job",
    "forget_details",
    "move",
    "plan_customers",
]
