"""Whom to speak with next, and why."""
