"""Bodies that an address takes, and what a refusal looks like, for the tests of the API."""

import uuid
from typing import Any

UNKNOWN = str(uuid.UUID(int=7))


BODIES: dict[str, dict[str, Any]] = {
    "invoices": {
        "customer_id": UNKNOWN,
        "number": "F-9",
        "invoiced_on": "2026-06-01",
        "due_on": "2026-06-30",
        "gross": "10.00",
        "currency": "EUR",
    },
    "payments": {
        "customer_id": UNKNOWN,
        "number": "P-9",
        "received_on": "2026-06-01",
        "amount": "10.00",
        "currency": "EUR",
    },
    "credit-limit": {"currency": "EUR", "valid_from": "2026-06-01", "set_by": "Anna"},
    "where-to-pay": {"payee": None, "iban": None, "bic": None},
    "mandate": {"valid_from": "2026-06-01"},
    "wrap-up": {"disposition": "busy"},
    "correct": {
        "credit_number": "NC-9",
        "corrected_on": "2026-06-01",
        "reason": "wrong price",
        "replacement": {
            "customer_id": UNKNOWN,
            "number": "F-9",
            "invoiced_on": "2026-06-01",
            "gross": "10.00",
            "currency": "EUR",
        },
    },
    "resolve": {"finding": "made"},
    "contacts": {"channel": "voice"},
    "survey-terms": {"kind": "csat", "question_it": "Com'è andata?", "question_en": "How was it?"},
    "answer": {"score": 4},
    "own": {"owner": "Anna"},
    "conclude": {"conclusion": "reworded"},
    "next-action": {"decision": "accepted"},
    "right-party": {"found": "declined"},
    "reckonings": {"function": "it_water_notice", "inputs": {"due_on": "2026-10-01"}},
    "consents": {"stance": "refused", "basis": "call", "proof": "said so"},
    "preferences": {"basis": "call", "language": "en"},
    "rejections": {"one_id": UNKNOWN, "other_id": str(uuid.UUID(int=8)), "reason": "twins"},
    "merges": {"kept_id": UNKNOWN, "gone_id": str(uuid.UUID(int=8)), "reason": "one tax code"},
    "suppressions": {"basis": "call", "proof": "said so"},
    "needs": {"kind": "helper", "basis": "call"},
    "contact-points": {"kind": "email", "given": "anna@example.org"},
    "state": {"state": "works"},
    "holds": {"reason": "represented", "proof": "letter of their lawyer"},
    "erasure": {"number": "K-0"},
    "promises": {"amount": "10.00", "currency": "EUR", "promised_on": "2026-06-12"},
    "plans": {"currency": "EUR", "first_on": "2026-06-30", "instalments": 2},
    "approve": {"version": 1},
    "reject": {"version": 1, "reason": "too long"},
    "cancel": {"version": 1, "reason": "asked for"},
    "break": {"version": 1, "reason": "two missed"},
    "renegotiate": {
        "version": 1,
        "plan": {"currency": "EUR", "first_on": "2026-06-30", "instalments": 2},
    },
    "reliefs": {"kind": "pause", "until": "2026-07-31"},
    "proofs": {
        "invoice_id": UNKNOWN,
        "amount": "10.00",
        "currency": "EUR",
        "paid_on": "2026-06-08",
    },
    "cases": {"customer_id": UNKNOWN, "kind": "question", "subject": "The reading is not mine"},
    "moves": {"event": "answered"},
    "resolution": {"solution": "put right"},
    "reopening": {"reason": "too soon"},
    "notes": {"note": "calls after six"},
    "owner": {"owner": "Anna"},
    "priority": {"priority": "high", "reason": "a clinic"},
    "description": {"topic": "meter"},
    "review": {"review_on": "2026-06-30", "reason": "waits for the reading"},
    "hand-over": {"to": "squad", "name": "Billing", "asked": "a bill", "tried": "explained"},
    "customer-told": {"how": "by mail"},
    "linked-invoices": {"invoices": [{"invoice_id": UNKNOWN}]},
    "unlinked-invoices": {"invoice_id": UNKNOWN, "reason": "not meant"},
    "expectations": {"customer_id": UNKNOWN, "what": "a call", "due_on": "2026-06-12"},
    "withdrawal": {"reason": "solved"},
    "look-again": {"review_on": "2026-07-01"},
    "service-calendar": {"hours": {"zone": "Europe/Rome", "week": {"mon": ["09:00-17:00"]}}},
    "service-level": {
        "level": {"goals": [], "pauses": {}, "softening": {"spacing_days": 5, "tone": "help"}}
    },
    "operators": {"name": "Carla"},
    "languages": {"languages": [{"language": "it", "level": "C2"}]},
    "skills": {"skills": ["billing_water"]},
    "served": {"clients": ["ACQ"]},
    "presence": {"away": False},
    "squads": {"name": "Blu", "captain_id": UNKNOWN},
    "join": {"operator_id": UNKNOWN},
    "leave": {"operator_id": UNKNOWN},
    "captain": {"operator_id": UNKNOWN},
    "shifts": {
        "operator_id": UNKNOWN,
        "starts_at": "2026-06-08T06:00:00Z",
        "ends_at": "2026-06-08T14:00:00Z",
    },
    "procedures": {
        "key": "late-bill",
        "topic": "late_bill",
        "owner": "Anna Bianchi",
        "texts": {"it": {"title": "Bolletta in ritardo", "body": "Chieda la data."}},
    },
    "gaps": {"words": "Nessuna regola per i coinquilini.", "topic": "late_bill"},
    "move": {"move": "send", "version": 1},
}


SHAPE = {"type", "title", "status", "detail", "code"}


def is_problem(answer: Any) -> bool:
    """Say whether an answer is a problem document that agrees with itself."""
    body = answer.json()
    return (
        answer.headers["content-type"].startswith("application/problem+json")
        and body.keys() >= SHAPE
        and body["status"] == answer.status_code
        and body["type"].endswith(":" + body["code"])
    )
