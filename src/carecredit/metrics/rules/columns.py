"""The columns of the sums by day, in their order; the tables and the readers go by it.

Of those up to `LAST_STANDING` a day holds what is different from it on: they add up to the amount
at the end of a day. The others are flows of the day itself.
"""

DAY_COLUMNS = (
    "open_minor",
    "open_count",
    "unapplied_minor",
    "disputed_minor",
    "due_current_minor",
    "due_1_30_minor",
    "due_31_60_minor",
    "due_61_90_minor",
    "due_91_plus_minor",
    "invoice_0_30_minor",
    "invoice_31_60_minor",
    "invoice_61_90_minor",
    "invoice_91_plus_minor",
    "sales_minor",
    "issued_count",
    "written_off_minor",
    "recovered_minor",
    "received_minor",
    "placed_minor",
    "placed_count",
    "placed_cash_30_minor",
    "placed_cash_60_minor",
    "placed_cash_90_minor",
)
(
    OPEN,
    OPEN_COUNT,
    UNAPPLIED,
    DISPUTED,
    DUE,
    _,
    _,
    _,
    _,
    INVOICED,
    _,
    _,
    _,
    SALES,
    ISSUED,
    WRITTEN_OFF,
    RECOVERED,
    RECEIVED,
    PLACED,
    PLACED_COUNT,
    PLACED_CASH,
    _,
    _,
) = range(len(DAY_COLUMNS))
"""`DUE` and `INVOICED` are the first of the buckets of an aging, `PLACED_CASH` of its days."""
COUNTS = frozenset({OPEN_COUNT, ISSUED, PLACED_COUNT})
"""Those that are no money."""
LAST_STANDING = SALES
