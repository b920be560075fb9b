"""What the page of a person shows, gathered: how things stand, what comes next, the whole story."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from carecredit.arrangements import queries as arrangements
from carecredit.cases import queries as cases
from carecredit.cases.queries import Wanted
from carecredit.cases.rules import told_in_words
from carecredit.contact_policy.queries import explanation
from carecredit.customers import queries as customers
from carecredit.customers.rules import written_hours
from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import CustomerId
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.metrics.numerals import Language
from carecredit.receivables import queries as receivables
from carecredit.receivables.views import OpenInvoice
from carecredit.team.rules import Right, may
from carecredit.timeline.queries import timeline
from carecredit.timeline.views import Line
from carecredit.worklist import queries as worklist
from carecredit.worklist.rules import Proposal, Words, house_rules
from carecredit_api import today
from carecredit_api.acts import acts_of, case_acts
from carecredit_api.console import person_views as views
from carecredit_api.console.act_views import Choice
from carecredit_api.console.words import catalogue
from carecredit_api.deps import Visit
from carecredit_api.forms import role_of
from carecredit_api.same_person import same_person

LINES = 30
OF_DAY = frozenset({"invoice", "money", "dispute"})


def person_page(
    session: Session,
    visit: Visit,
    client: Client,
    customer_id: CustomerId,
    *,
    language: Language,
    csrf: str,
    just: views.Just = views.NOTHING,
) -> views.PersonPage:
    """Gather the page of a person, as far as the key may see."""
    whom: dict[str, Any] = {"client_id": client.id, "customer_id": customer_id}
    customer = customers.customer(session, **whom)
    day = visit.today(client)
    owed = receivables.open_invoices(
        session, client_id=client.id, customer_ids=[customer_id], today=day
    ).get(customer_id, [])
    works = may(visit.key.role, Right.WORK)
    proposal = worklist.next_action(session, now=visit.now, **whom) if works else None
    found = cases.cases(
        session, client_id=client.id, now=visit.now, wanted=Wanted(customer_id=customer_id)
    )
    told = explanation(session, channel="voice", purpose=None, now=visit.now, **whom)
    story = timeline(session, limit=LINES, **whom)
    return views.PersonPage(
        now=visit.now,
        zone=zone(client.zone),
        today=day,
        operator_name=visit.key.name,
        operator_role=role_of(visit.key.role, language),
        client=today.client_mark(client, mandates.clients(session)),
        csrf=csrf,
        finance=may(visit.key.role, Right.READ_METRICS),
        name=customer.name or customer.number,
        number=customer.number,
        speaks=customer.language,
        permission=today.permission_of(told, language),
        sums=_sums(owed, day),
        invoices=tuple(_invoice(one, day) for one in owed),
        next=_next(proposal, language) if proposal else None,
        cases=tuple(
            views.CaseLine(
                told_in_words("kind", each.case.kind)[language],
                each.case.subject,
                told_in_words("state", each.case.state)[language],
                each.next_due_at,
                is_late=each.overdue,
                acts=case_acts(each.case, language) if works else None,
            )
            for each in found
        ),
        agreements=_agreements(session, whom),
        wishes=_wishes(session, whom, visit.now),
        lines=tuple(_line(each, language) for each in story.lines),
        more=story.after is not None,
        statement=f"/statements/{customer_id}?client={client.code}",
        same=same_person(session, visit, client, customer_id, language),
        stayed=just.stayed,
        acts=acts_of(
            session,
            visit,
            owed=owed,
            zone=told.zones[0] if len(told.zones) == 1 else client.zone,
            currency=client.currency,
            language=language,
            **whom,
        )
        if works
        else None,
        returned=just.returned,
        done=catalogue(language).get(f"done.{just.done}"),
        own=f"/people/{customer_id}",
    )


def _sums(owed: list[OpenInvoice], day: date) -> tuple[views.Sum, ...]:
    """Keep three amounts apart in each currency: open, past due, contested or held."""
    currencies = sorted({one.currency for one in owed})
    return tuple(
        views.Sum(
            currency,
            sum(one.open_minor for one in owed if one.currency == currency),
            sum(
                one.open_minor
                for one in owed
                if one.currency == currency and one.due_on < day and not one.disputed_minor
            ),
            sum(one.disputed_minor for one in owed if one.currency == currency),
        )
        for currency in currencies
    )


def _invoice(one: OpenInvoice, day: date) -> views.InvoiceLine:
    late = max(0, (day - one.due_on).days)
    return views.InvoiceLine(
        one.number, one.due_on, late, one.open_minor, one.currency, bool(one.disputed_minor)
    )


def _next(it: Proposal, language: Language) -> views.NextStep:
    def said(words: Words) -> str:
        return words.it if language == "it" else words.en

    names = house_rules().actions
    return views.NextStep(
        said(names[it.action]),
        said(it.why),
        said(it.say),
        tuple(map(said, it.avoid)),
        tuple(Choice(each, said(names[each])) for each in it.alternatives),
        it.rule,
        it.version,
    )


def _agreements(session: Session, whom: dict[str, Any]) -> tuple[views.Agreement, ...]:
    promises = [
        views.Agreement(
            "promise", one.state, one.amount_minor, one.currency, one.promised_on, one.given_at
        )
        for one in arrangements.promises_of(session, **whom)
    ]
    plans = [
        views.Agreement(
            "plan",
            one.card.state,
            one.card.amount_minor,
            one.card.currency,
            next((part.due_on for part in one.instalments if part.state == "waiting"), None),
            one.card.proposed_at,
        )
        for one in arrangements.plans_of(session, **whom)
    ]
    return tuple(sorted((*promises, *plans), key=lambda each: each.since, reverse=True)[:5])


def _wishes(session: Session, whom: dict[str, Any], now: datetime) -> views.Wishes:
    said = customers.preferences(session, **whom)[-1:]
    hours = tuple(
        f"{day} {', '.join(spans)}"
        for wish in said
        if wish.hours is not None
        for day, spans in written_hours(wish.hours).items()
    )
    silent = customers.suppressions_kept(session, at=now, **whom)
    return views.Wishes(
        hours=hours,
        channels=tuple(channel for wish in said for channel in wish.channels),
        silent=tuple((each.channel, each.purpose) for each in silent),
        consents=tuple(
            (each.stance, each.channel, each.purpose)
            for each in customers.consents(session, **whom)
            if each.ends_at is None or each.ends_at > now
        ),
        points=tuple(
            (each.value, each.verified_at is not None, each.bad_since is not None)
            for each in customers.contact_points(session, **whom)
        ),
    )


def _line(it: Line, language: Language) -> views.StoryLine:
    return views.StoryLine(it.at, it.kind in OF_DAY, it.kind, it.sentence[language], it.by, it.note)
