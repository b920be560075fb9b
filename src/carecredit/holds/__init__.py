"""Intervals in which we do not ask; whoever has a reason writes one, whoever asks reads them all."""
