"""Examples of answers about people, for the description of the API."""

from typing import Any

_ASKED = {
    "client": "ACQ",
    "population": "customers with a contract",
    "as_of": "2026-05-31",
    "known_at": "2026-06-08T07:00:00Z",
    "window_first": "2026-03-01",
    "window_last": "2026-05-31",
    "method": "closed group: here on the day before the window, and gone at its end",
    "source": "House rule; Wilson interval (Newcombe 1998)",
    "definition_version": "1",
    "warnings": [],
}
_RATE = {
    "value": "0.0500000000",
    "status": "ok",
    "hits": 2,
    "n": 40,
    "low": "0.0138201048",
    "high": "0.1650388640",
    "small_group": False,
}
_STEP = {
    "time": "6",
    "at_risk": 21,
    "ended": 3,
    "share": "0.8571428571",
    "error": "0.0763603548",
    "low": "0.6197179553",
    "high": "0.9515517476",
}
PEOPLE: dict[str, Any] = {
    "SurvivalAnswer": {
        "id": "survival.kaplan_meier",
        "unit": "days",
        "interval": "loglog",
        "asked": _ASKED,
        "groups": [
            {
                "group": "ALL",
                "n": 21,
                "ended": 9,
                "small_group": True,
                "followed_until": "35",
                "median": "23",
                "median_status": "ok",
                "median_low": "13",
                "median_high": None,
                "mean": "23.2873949580",
                "mean_error": "2.8274676234",
                "mean_until": "35",
                "steps": [_STEP],
            }
        ],
    },
    "IncidenceAnswer": {
        "id": "incidence.aalen_johansen",
        "unit": "days",
        "asked": _ASKED,
        "groups": [
            {
                "group": "ALL",
                "n": 305,
                "ended": 6,
                "small_group": False,
                "followed_until": "100",
                "staying": "0.9801865463",
                "causes": [
                    {
                        "cause": "write_off",
                        "ended": 4,
                        "share": "0.0132016467",
                        "steps": [_STEP],
                    }
                ],
            }
        ],
    },
    "CohortAnswer": {
        "id": "cohorts.month",
        "asked": _ASKED,
        "rows": [{"group": "ALL", "month": "2026-04", "n": 40, "here": [_RATE]}],
    },
    "ChurnAnswer": {
        "id": "churn.reasons.p3m",
        "asked": _ASKED,
        "rows": [
            {
                "group": "ALL",
                "active": 40,
                "churn": _RATE,
                "by_reason": {"chose_to_leave": _RATE},
                "value": [
                    {
                        "currency": "EUR",
                        "start": "200000.00",
                        "lost": "6000.00",
                        "contraction": "4000.00",
                        "expansion": "20000.00",
                        "revenue_churn": "0.0300000000",
                        "gross_retention": "0.9500000000",
                        "net_retention": "1.0500000000",
                        "status": "ok",
                    }
                ],
            }
        ],
    },
    "ContactedAnswer": {
        "id": "churn.contacted.p3m",
        "randomised": False,
        "label": {
            "en": "not randomised: contacts go to those who pay late, so this is no effect of "
            "contacting",
            "it": "non randomizzato: si contatta chi paga in ritardo, quindi non è un effetto del "
            "contatto",
        },
        "contacted_first": "2025-12-01",
        "contacted_last": "2026-02-28",
        "asked": _ASKED,
        "rows": [
            {
                "group": "ALL",
                "contacted": _RATE,
                "not_contacted": _RATE,
                "difference": "0.0000000000",
                "difference_low": "-0.1162246272",
                "difference_high": "0.1162246272",
                "status": "ok",
            }
        ],
    },
}
BODIES: dict[str, Any] = {
    "import_ledger": {
        "requestBody": {
            "required": True,
            "content": {
                "application/zip": {
                    "schema": {"type": "string", "format": "binary"},
                    "example": "a ZIP of invoices.csv, payments.csv, ...",
                }
            },
        }
    },
    "import_relationships": {
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {
                    "schema": {"type": "string"},
                    "example": "customer_id,contract_id,started_on,ended_on,monthly_value\n"
                    "K-1,A,2025-01-01,,49.90\n",
                }
            },
        }
    },
}
"""Bodies that are no JSON, by operation."""
