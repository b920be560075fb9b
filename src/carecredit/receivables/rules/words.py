"""The kinds of documents and movements in the words of the people who read them."""

from collections.abc import Mapping
from types import MappingProxyType

KIND_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "invoice": {"en": "Invoice", "it": "Fattura"},
        "opening_balance": {"en": "Opening balance", "it": "Saldo iniziale"},
        "interest_note": {"en": "Note of interest", "it": "Nota di interessi"},
        "cost_note": {"en": "Note of costs", "it": "Nota di spese"},
        "payment": {"en": "Payment", "it": "Pagamento"},
        "credit_note": {"en": "Credit note", "it": "Nota di credito"},
        "write_off": {"en": "Write-off", "it": "Stralcio"},
        "opening_credit": {"en": "Opening credit", "it": "Credito iniziale"},
        "refund": {"en": "Refund", "it": "Rimborso"},
        "chargeback": {"en": "Returned payment", "it": "Insoluto"},
        "recovery": {"en": "Recovery after write-off", "it": "Incasso dopo lo stralcio"},
    }
)
