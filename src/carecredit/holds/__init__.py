"""Intervals in which we do not ask: who has a reason writes one, who asks reads them all."""
