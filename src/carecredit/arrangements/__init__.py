"""What was agreed with a customer: promises, plans, reliefs, payments on their way."""
