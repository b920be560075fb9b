"""Reading a client company's book and answering from it."""

from carecredit.metrics.definitions import definitions
from carecredit.metrics.queries.answers import metric, summary
from carecredit.metrics.queries.series import WHOLE, series

__all__ = ["WHOLE", "definitions", "metric", "series", "summary"]
