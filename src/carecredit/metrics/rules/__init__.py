"""The formulas of every number we report, and the one sweep over the ledger that feeds them."""
