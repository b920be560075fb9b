"""Reading cases: one, many, what they mean for the money, what we gave to expect."""

from carecredit.cases.queries.expectations import (
    UnknownExpectation,
    due_expectations,
    expectation,
    expectations,
    unfulfilled,
)
from carecredit.cases.queries.levels import (
    UnknownCalendar,
    agreed_now,
    calendar,
    hours_now,
    inputs,
    levels,
    mark,
    timetables,
)
from carecredit.cases.queries.reading import (
    UnknownCase,
    case,
    events,
    explain,
    invoices_of,
    stored_deadlines,
    whole,
    worked_out,
)
from carecredit.cases.queries.relations import (
    contesting,
    overdue_case,
    softened,
    with_overdue_case,
)
from carecredit.cases.queries.search import (
    ALL,
    PAGE_MAX,
    Wanted,
    cases,
    count_waiting,
    counts,
    waiting_for_reckoning,
)

__all__ = [
    "ALL",
    "PAGE_MAX",
    "UnknownCalendar",
    "UnknownCase",
    "UnknownExpectation",
    "Wanted",
    "agreed_now",
    "calendar",
    "case",
    "cases",
    "contesting",
    "count_waiting",
    "counts",
    "due_expectations",
    "events",
    "expectation",
    "expectations",
    "explain",
    "hours_now",
    "inputs",
    "invoices_of",
    "levels",
    "mark",
    "overdue_case",
    "softened",
    "stored_deadlines",
    "timetables",
    "unfulfilled",
    "waiting_for_reckoning",
    "whole",
    "with_overdue_case",
    "worked_out",
]
