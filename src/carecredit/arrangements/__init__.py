"""What was agreed with a customer: promises to pay."""
