"""What may be done on a person's page: the contact in hand, and what to choose from."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from carecredit.arrangements.rules import catalogue as reasons
from carecredit.cases.rules import CaseKind, CaseState, case_policy, told_in_words
from carecredit.cases.views import Case
from carecredit.customers import queries as customers
from carecredit.customers.rules import CHANNELS
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.metrics.numerals import Language
from carecredit.outreach import queries as outreach
from carecredit.outreach.rules import (
    Disposition,
    Identified,
    Mood,
    Resolved,
    RightParty,
    Summary,
    root_causes,
)
from carecredit.outreach.rules.wrap_up import SAID_BY_OTHERS
from carecredit.receivables.views import OpenInvoice
from carecredit_api.console.act_views import Acts, CaseActs, Choice, Hand
from carecredit_api.console.formats import money
from carecredit_api.console.words import catalogue
from carecredit_api.deps import Visit

CAME = (Disposition.RIGHT_PARTY, Disposition.THIRD_PARTY, Disposition.DROPPED)
"""How a contact that the person began can end."""
OURS_ALONE = frozenset({"push"})
"""Channels on which nobody comes to us."""
OF_MONEY = frozenset({CaseKind.DISPUTE})
"""Kinds of case that are not spoken of before the right person is confirmed."""


def acts_of(
    session: Session,
    visit: Visit,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    owed: Iterable[OpenInvoice],
    zone: str,
    currency: str,
    language: Language,
) -> Acts:
    """Gather what may be done with a person now."""
    hand = _hand(session, visit, client_id, customer_id)
    options = _options(language, hand)
    owed = tuple(owed)
    options["currency"] = tuple(
        Choice(each, each) for each in sorted({one.currency for one in owed}) or [currency]
    )
    options["invoices"] = tuple(
        Choice(str(one.id), f"{one.number} · {money(one.open_minor, one.currency, language)}")
        for one in owed
    )
    return Acts(secrets.token_urlsafe(18), hand, options, zone)


def case_acts(case: Case, language: Language) -> CaseActs:
    """List what may be written down of a case as it stands."""
    moves = case_policy().moves_from(CaseState(case.state))
    return CaseActs(case.id, case.version, _named("move", moves, language))


def _hand(
    session: Session, visit: Visit, client_id: ClientId, customer_id: CustomerId
) -> Hand | None:
    found = outreach.in_hands(
        session,
        client_ids=[client_id],
        operator_id=visit.key.operator_id,
        customer_id=customer_id,
    )
    if not found:
        return None
    one = found[0]
    points = customers.contact_points(session, client_id=client_id, customer_id=customer_id)
    number = next((each.value for each in points if each.id == one.point_id), None)
    return Hand(one.id, one.touch_id, one.channel, number, one.started_at, one.right_party)


def _options(language: Language, hand: Hand | None) -> dict[str, tuple[Choice, ...]]:
    causes = {code: getattr(it, language) for code, it in root_causes().items()}
    is_confirmed = hand is not None and hand.is_confirmed
    # A death, or the wrong person, is told by whoever answers; the rest by the person alone.
    why = {
        code: it.words[language]
        for code, it in reasons().reasons.items()
        if (code in SAID_BY_OTHERS) != is_confirmed
    }
    kinds = [
        kind
        for kind in CaseKind
        if kind is not CaseKind.OVERDUE and (kind not in OF_MONEY or is_confirmed)
    ]
    return {
        "channel": _named("channel", sorted(CHANNELS - OURS_ALONE), language, "person"),
        "topic": _choices(causes),
        "found": _named("found", RightParty, language),
        "identified_by": _named("fact", Identified, language),
        "disposition": _named(
            "disposition", Disposition if hand and hand.touch_id else CAME, language
        ),
        "root_cause": _choices(causes),
        "non_payment_reason": _choices(why),
        "resolved": _named("resolved", Resolved, language),
        "understood": _named("understood", ("yes", "no"), language),
        "mood": _named("mood", Mood, language),
        "summary": _named("summary", Summary, language),
        "case_kind": _choices({kind: told_in_words("kind", kind)[language] for kind in kinds}),
    }


def _choices(named: Mapping[Any, str]) -> tuple[Choice, ...]:
    return tuple(Choice(str(code), name) for code, name in named.items())


def _named(
    group: str, codes: Iterable[Any], language: Language, table: str = "act"
) -> tuple[Choice, ...]:
    words = catalogue(language)
    return tuple(Choice(str(code), words[f"{table}.{group}_{code}"]) for code in codes)
