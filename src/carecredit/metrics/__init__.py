"""DSO, aging, effectiveness, churn: as of any date, known at any instant, explained."""
