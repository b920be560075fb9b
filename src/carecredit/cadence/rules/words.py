"""Reasons and silences told to a person, in Italian and English."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from carecredit.kernel.errors import Invalid

_TOUCH = {
    "it": {
        "courtesy_call": "La fattura {invoice} è stata emessa il {invoiced_on}: chiediamo se è "
        "arrivata e se è tutto chiaro.",
        "friendly_note": "La fattura {invoice} scade il {due_on}: un promemoria cordiale prima "
        "della scadenza.",
        "follow_up": "La fattura {invoice} è scaduta da {days_past_due} giorni: forse è sfuggita, "
        "chiediamo con garbo.",
        "listening_call": "La fattura {invoice} è scaduta da {days_past_due} giorni: una "
        "telefonata per ascoltare e capire come aiutare.",
        "offer_of_help": "La fattura {invoice} è scaduta da {days_past_due} giorni: offriamo un "
        "aiuto concreto.",
        "callback": "Il cliente ha chiesto di essere richiamato.",
        "callback_at": "Il cliente ha chiesto di essere richiamato: {said_at}.",
        "callback_moved": "Il cliente ha chiesto di essere richiamato: {said_at} invece di "
        "{moved_from}.",
        "understanding_call": "Quanto concordato per il {word_due_on} non è arrivato: chiamiamo "
        "per capire che cosa è cambiato.",
    },
    "en": {
        "courtesy_call": "Invoice {invoice} was issued on {invoiced_on}: we ask whether it arrived "
        "and is clear.",
        "friendly_note": "Invoice {invoice} is due on {due_on}: a friendly note before the date.",
        "follow_up": "Invoice {invoice} is {days_past_due} days past due: it may have slipped by, "
        "we ask kindly.",
        "listening_call": "Invoice {invoice} is {days_past_due} days past due: a call to listen "
        "and see how we can help.",
        "offer_of_help": "Invoice {invoice} is {days_past_due} days past due: we offer help.",
        "callback": "The customer asked to be called back.",
        "callback_at": "The customer asked to be called back: {said_at}.",
        "callback_moved": "The customer asked to be called back: {said_at} in place of "
        "{moved_from}.",
        "understanding_call": "What was agreed for {word_due_on} did not come: we call to "
        "understand what has changed.",
    },
}
_SILENCE = {
    "it": {
        "nothing_open": "Non c'è nulla da pagare.",
        "held": "C'è una pausa in corso ({hold}): non chiediamo nulla.",
        "with_a_person": "Un contatto precedente attende lo sguardo di una persona.",
        "no_contact_point": "Non conosciamo un recapito valido.",
        "opted_out": "Il cliente ha chiesto di non essere contattato.",
        "unapplied_covers": "Ciò che è già stato ricevuto copre il dovuto: va solo abbinato.",
        "waiting": "Il prossimo passo per la fattura {invoice} ({step}) non è ancora maturo.",
        "waiting_for_due_date": "Per la fattura {invoice} attendiamo la scadenza.",
        "no_channel": "Nessun canale del cliente va bene per il passo {step}.",
        "small_balance": "L'importo aperto è troppo piccolo per chiedere.",
        "steps_done": "I passi previsti sono stati fatti tutti.",
    },
    "en": {
        "nothing_open": "Nothing is open.",
        "held": "A hold is in force ({hold}): we ask for nothing.",
        "with_a_person": "An earlier touch waits for a person's look.",
        "no_contact_point": "We know no contact point that works.",
        "opted_out": "The customer asked not to be contacted.",
        "unapplied_covers": "What was received already covers it; it only has to be applied.",
        "waiting": "The next step for invoice {invoice} ({step}) is not due yet.",
        "waiting_for_due_date": "For invoice {invoice} we wait for the due date.",
        "no_channel": "No channel of the customer suits the step {step}.",
        "small_balance": "What is open is too small to ask for.",
        "steps_done": "All the steps foreseen have been made.",
    },
}
_HOLDS = {
    "it": {
        "dispute": "contestazione", "complaint": "reclamo", "promise": "promessa di pagamento",
        "plan": "piano di rate", "hardship": "difficoltà economica",
        "proof_of_payment": "pagamento in arrivo", "breathing_space": "tregua",
        "moratorium": "moratoria", "represented": "rappresentante nominato",
        "cease": "richiesta di non essere contattato", "insolvency": "procedura di insolvenza",
        "deceased": "decesso", "minor": "meno di 18 anni", "wrong_party": "persona diversa",
        "vulnerability": "attenzione particolare",
    },
    "en": {
        "dispute": "dispute", "complaint": "complaint", "promise": "promise to pay",
        "plan": "payment plan", "hardship": "hardship", "proof_of_payment": "payment on its way",
        "breathing_space": "breathing space", "moratorium": "moratorium",
        "represented": "somebody represents them", "cease": "asked not to be contacted",
        "insolvency": "insolvency proceedings", "deceased": "bereavement", "minor": "a minor",
        "wrong_party": "another person", "vulnerability": "extra care",
    },
}  # fmt: skip


def hold_name(reason: str, *, language: str) -> str:
    """Name a reason to be silent."""
    return _HOLDS[language].get(reason, reason)


def explain(code: str, detail: Mapping[str, Any], *, language: str) -> str:
    """Tell a reason for a touch, or for a silence, in a sentence."""
    sentences = _TOUCH[language] | _SILENCE[language]
    if code == "callback" and "said_at" in detail:
        code = "callback_moved" if "moved_from" in detail else "callback_at"
    if code not in sentences:
        raise Invalid(f"no sentence for {code!r}")
    told = {name: _told(name, value, language) for name, value in detail.items()}
    if "hold" in told:
        told["hold"] = hold_name(told["hold"], language=language)
    return sentences[code].format_map(told)


def _told(name: str, value: Any, language: str) -> Any:
    if name.endswith("_on"):
        return _day(value, language)
    if name in {"said_at", "moved_from"}:
        when = datetime.fromisoformat(value)
        return f"{_day(value[:10], language)}, {when:%H:%M} (UTC{value[16:]})"
    return value


def _day(text: str, language: str) -> str:
    return format_date(date.fromisoformat(text), "d MMMM yyyy", locale=language)
