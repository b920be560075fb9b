"""Reading the story of a customer."""

from carecredit.timeline.queries.story import timeline

__all__ = ["timeline"]
