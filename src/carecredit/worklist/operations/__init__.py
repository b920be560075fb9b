"""Taking work: the next call, a task with a lease; deciding on a proposal."""

from carecredit.worklist.operations.choosing import choose
from carecredit.worklist.operations.claiming import TaskHeld, claim, give_back, take_over
from carecredit.worklist.operations.taking import take_next

__all__ = ["TaskHeld", "choose", "claim", "give_back", "take_next", "take_over"]
