"""Examples of answers about balances, for the description of the API."""

from typing import Any

_RATIO = {
    "value": "0.2000000000",
    "status": "ok",
    "numerator": "200.00",
    "denominator": "1000.00",
    "n": 40,
    "interval": ["0.104988", "0.347608"],
}
_ASKED: dict[str, Any] = {
    "as_of": "2026-05-31",
    "known_at": "2026-06-08T07:00:00Z",
    "currency": "EUR",
    "rate_set": None,
    "filters": {"client": "ACQ"},
    "definition_version": "1",
    "warnings": [],
}
FIELDS: dict[str, dict[str, Any]] = {
    "Aging": {"aged_by": "due"},
    "AgedRow": {
        "segment": "ALL", "open_amount": "1250.00", "unapplied": "-50.00", "net": "1200.00",
    },
    "AgedBucket": {"bucket": "1_30", "amount": "250.00"},
    "RollFrom": {"bucket": "1_30", "amount": "1000.00"},
    "RollTo": {"bucket": "31_60", "amount": "200.00"},
    "CurePart": {
        "measured": "amount", "past_due": "1000.00", "paid": "600.00", "credited": "50.00",
        "written_off": "0.00", "still_past_due": "350.00",
    },
    "Recovery": {"placed_by": "first_day_past_due"},
    "RecoveryCohort": {"placed": "1000.00"},
    "Recovered": {"received": "640.00"},
    "Forecast": {
        "open_amount": "1250.00", "overdue": "250.00", "later": "100.00",
        "company_days_late": "4.2000000000",
    },
    "ForecastWeek": {"naive": "300.00", "run_rate": "280.00"},
    "BacktestWeek": {"naive": "300.00", "run_rate": "280.00", "received": "310.00"},
    "ForecastError": {"forecaster": "naive", "absolute": "10.00"},
    "RepeatCause": {
        "cause": "wrong_amount", "name": {"it": "Importo ritenuto errato", "en": "Wrong amount"},
        "cases": 4, "repeats": 6, "seconds": 1860,
    },
    "Repeats": {"within": "7d", "identified": 120, "repeats": 18, "seconds": 5400},
    "TimePart": {
        "part": "talk", "n": 120, "mean": "212.50", "p50": "180", "p90": "410", "p95": "540",
    },
    "Handling": {"calls": 120},
    "Beside": {
        "id": "repeat.7d", "value": "0.1500000000", "numerator": "18", "denominator": "120",
        "interval": ["0.097", "0.225"],
    },
    "SegmentAnswers": {"id": "dso.simple.p3m"},
    "SegmentRow": {"segment": "ALL"},
}  # fmt: skip
"""What single fields look like; the others of these are made up by their kind."""
MOVES: dict[str, Any] = {"Question": _ASKED, "Ratio": _RATIO}
