"""`python -m carecredit_workers`: one working process."""

from carecredit_workers.commands import work

work()
