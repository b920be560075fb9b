"""The sentences of reasons and obligations, in Italian and English."""

from datetime import datetime, tzinfo

from carecredit.contact_policy.rules.verdict import Sentence

HOLDS = {
    "dispute": Sentence("contestazione aperta", "an open dispute"),
    "complaint": Sentence("reclamo aperto", "an open complaint"),
    "promise": Sentence("promessa non ancora scaduta", "a promise not yet due"),
    "plan": Sentence("piano di rientro in corso", "a payment plan that runs"),
    "hardship": Sentence("sollievo per difficoltà", "relief in hardship"),
    "proof_of_payment": Sentence("prova di pagamento in arrivo", "proof of payment on its way"),
    "vulnerability": Sentence("particolare bisogno di riguardo", "a need for special care"),
    "represented": Sentence("è rappresentata da altri", "others speak for this person"),
    "cease": Sentence("ha chiesto di cessare", "a request to cease"),
    "insolvency": Sentence("procedura di insolvenza", "insolvency proceedings"),
    "deceased": Sentence("persona deceduta", "the person has died"),
    "minor": Sentence("persona minorenne", "the person is a minor"),
    "wrong_party": Sentence("non è la persona giusta", "not the right person"),
    "point_unusable": Sentence("recapito non utilizzabile", "a contact point of no use"),
    "consent_missing": Sentence("manca il consenso", "no consent was given"),
}
"""How a hold is told; a kind that stands not here is told by its own name."""

REASONS = {
    "outside_window": Sentence(
        "Fuori dall'orario in cui la persona può essere contattata{until}.",
        "Outside the hours in which this person may be contacted{until}.",
    ),
    "holiday": Sentence(
        "Giorno festivo per la persona{until}.", "A public holiday for this person{until}."
    ),
    "cap": Sentence(
        "Raggiunto il numero di contatti che la regola consente{until}.",
        "The number of contacts that the rule allows is reached{until}.",
    ),
    "cooloff": Sentence(
        "Silenzio dopo l'ultima conversazione{until}.",
        "A time of silence after the last conversation{until}.",
    ),
    "min_gap": Sentence(
        "Troppo vicino al contatto precedente{until}.",
        "Too close to the contact before it{until}.",
    ),
    "hold": Sentence(
        "C'è un motivo per non chiedere ({kind}){until}.",
        "There is a reason not to ask ({kind}){until}.",
    ),
    "moratorium": Sentence(
        "Moratoria in corso{until}: nessun contatto sul denaro.",
        "A moratorium is running{until}: no contact about money.",
    ),
    "opt_out": Sentence(
        "La persona ha chiesto di non essere contattata così{until}.",
        "The person asked not to be contacted in this way{until}.",
    ),
    "operator_closed": Sentence(
        "Il nostro servizio è chiuso{until}.", "Our own desk is closed{until}."
    ),
    "no_common_window": Sentence(
        "Nell'anno a venire nessun orario va bene a tutte le regole insieme.",
        "No hour of the coming year satisfies every rule together.",
    ),
    "zone_unknown": Sentence(
        "Non si sa che ora sia da questa persona: completare l'indirizzo o il numero.",
        "Nobody knows the local time of this person: complete the address or the number.",
    ),
    "profile_unknown": Sentence(
        "Nessuna regola approvata consente questo contatto ({kind}).",
        "No approved rule permits this contact ({kind}).",
    ),
}

DAYS_UNKNOWN = Sentence(
    "Non si conoscono i giorni festivi di questo luogo o di quest'anno: senza, nessun contatto.",
    "The public holidays of this place or year are not known: without them no contact is made.",
)
"""A profile is there, and the calendar that it goes by is not."""

OBLIGATIONS = {
    "quiet_margin": Sentence(
        "Non iniziare dopo {until}: il contatto finirebbe fuori orario.",
        "Do not begin after {until}: the contact would run past the hours.",
    ),
    "opening_line": Sentence(
        "Dire il proprio nome e per conto di chi si chiama, e chiedere con chi si parla.",
        "Say your name and on whose behalf you call, and ask who is speaking.",
    ),
    "identity_first": Sentence(
        "Accertare con chi si parla; fino ad allora non una parola di denaro: "
        "né importi, né fatture, né scadenze, né ritardi.",
        "Make sure who is speaking; until then not a word about money: "
        "no amounts, no invoices, no due dates, nothing that is late.",
    ),
    "neutral_outside": Sentence(
        "Oggetto, anteprima e busta neutri: nulla di denaro visibile ad altri.",
        "A neutral subject, preview and envelope: nothing about money that others may see.",
    ),
    "find_place": Sentence(
        "Da fare: trovare dove vive la persona, dall'indirizzo o dal numero.",
        "To do: find out where this person lives, by address or number.",
    ),
    "neutral_script": Sentence(
        "Con terzi e in segreteria solo parole neutre: nulla sul debito.",
        "Neutral words only with others and on voicemail: nothing about the debt.",
    ),
    "no_recorded_voice": Sentence(
        "Nessun messaggio preregistrato senza operatore.",
        "No prerecorded message without an operator.",
    ),
    "opt_out_line": Sentence(
        "Ogni messaggio dice come non riceverne altri.",
        "Every message says how to receive no more.",
    ),
    "limited_content_message": Sentence(
        "In segreteria soltanto il messaggio a contenuto limitato.",
        "On voicemail only the limited-content message.",
    ),
    "identify_agency": Sentence(
        "Dire chi chiama e per conto di chi.", "Say who calls and on whose behalf."
    ),
    "holiday_discouraged": Sentence(
        "È un giorno festivo per la persona: meglio un altro giorno.",
        "It is a public holiday for this person: another day is better.",
    ),
}


def margin_sentence(until: Sentence) -> Sentence:
    """Tell until when a contact may begin, in the words of that moment."""
    told = OBLIGATIONS["quiet_margin"]
    return Sentence(told.it.format(until=until.it), told.en.format(until=until.en))


def opening_sentence(client: str, person: str) -> Sentence:
    """Give the words that open a call for a client company to a person; of money not a word."""
    return Sentence(
        f"Dire il proprio nome, poi: «Buongiorno, chiamo per conto di {client}; parlo con "
        f"{person}?»",
        f"Say your name, then: “Good day, I am calling on behalf of {client}; am I speaking with "
        f"{person}?”",
    )


def superseded_sentence(profile_key: str, approved: str, present: str) -> Sentence:
    """Tell that a profile was approved in another version than it has now, and the way out."""
    return Sentence(
        f"La regola {profile_key} è stata approvata nella versione {approved} e ora è la "
        f"{present}: va approvata di nuovo.",
        f"The rule {profile_key} was approved in version {approved} and is now {present}: "
        "approve it again.",
    )


def reason_sentence(
    code: str, rule_id: str, not_before: datetime | None, at: tzinfo | None
) -> Sentence:
    """Tell a reason to a person, with the local moment at which it ends by itself."""
    family, _, kind = code.partition(":")
    told = REASONS[family]
    until = Sentence("", "")
    if not_before is not None and at is not None:
        moment = not_before.astimezone(at).strftime("%d/%m/%Y %H:%M")
        until = Sentence(f", fino al {moment}", f", until {moment}")
    name = HOLDS.get(kind, Sentence(kind or rule_id, kind or rule_id))
    return Sentence(
        told.it.format(until=until.it, kind=name.it),
        told.en.format(until=until.en, kind=name.en),
    )
