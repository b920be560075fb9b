"""One story per customer: every channel, case, invoice, payment, promise and note, in one order."""
