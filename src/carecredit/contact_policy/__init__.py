"""May we contact this person, on this channel, now; if not, when, and why."""
