"""Writing cases: each call one event or more, under the gate of the person behind."""

from carecredit.cases.operations.agreeing import reckon_anew, save_calendar, save_level
from carecredit.cases.operations.disputes import resolve_dispute, review_disputes
from carecredit.cases.operations.erasing import forget_words
from carecredit.cases.operations.expecting import (
    ExpectationClosed,
    NewExpectation,
    expect,
    fulfil,
    review_expectations,
    withdraw,
)
from carecredit.cases.operations.handing import HandOver, customer_told, hand_over
from carecredit.cases.operations.hands import UnknownHands
from carecredit.cases.operations.linking import (
    About,
    AlreadyLinked,
    ContestedAlready,
    link_invoices,
    unlink_invoice,
)
from carecredit.cases.operations.moving import (
    Description,
    Move,
    OverdueAlready,
    assign,
    describe,
    move,
    note,
    prioritise,
    reopen,
    resolve,
    set_review,
)
from carecredit.cases.operations.opening import NewCase, open_case
from carecredit.cases.operations.overdue import open_overdue, review_overdue
from carecredit.cases.operations.pen import Stale

__all__ = [
    "About",
    "AlreadyLinked",
    "ContestedAlready",
    "Description",
    "ExpectationClosed",
    "HandOver",
    "Move",
    "NewCase",
    "NewExpectation",
    "OverdueAlready",
    "Stale",
    "UnknownHands",
    "assign",
    "customer_told",
    "describe",
    "expect",
    "forget_words",
    "fulfil",
    "hand_over",
    "link_invoices",
    "move",
    "note",
    "open_case",
    "open_overdue",
    "prioritise",
    "reckon_anew",
    "reopen",
    "resolve",
    "resolve_dispute",
    "review_disputes",
    "review_expectations",
    "review_overdue",
    "save_calendar",
    "save_level",
    "set_review",
    "unlink_invoice",
    "withdraw",
]
