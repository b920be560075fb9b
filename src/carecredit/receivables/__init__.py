"""What customers owe: invoices, the ledger of what settles them, disputes, open amounts."""
