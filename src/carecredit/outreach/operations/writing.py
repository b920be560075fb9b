"""Writing the message of a touch in the customer's language."""

from datetime import date, datetime

from babel.dates import format_date

from carecredit.cadence.views import Touch
from carecredit.outreach.operations.looking import Subject
from carecredit.outreach.queries import template as find_template
from carecredit.outreach.rules import Message, compose

_GREETING = {"it": ("Gentile {name},", "Buongiorno,"), "en": ("Dear {name},", "Hello,")}


def write_message(
    *, touch: Touch, subject: Subject, sender: str, now: datetime
) -> tuple[Message, str]:
    """Write the message of a touch, and name the text (language, tone, version) it was made from.

    Its id is the touch's and the fence's: the same try always carries the same id.
    """
    language = subject.reach.language if subject.reach.language in _GREETING else "en"
    template = find_template(tone=touch.tone, language=language)
    named, plain = _GREETING[language]
    name = " ".join(subject.reach.name.split())
    carrier = subject.carrier
    day = now.date()
    title, text = compose(
        template,
        {
            "greeting": named.format(name=name) if name else plain,
            "client": subject.client.name,
            "invoice": carrier.number if carrier else "",
            "invoiced_on": _date(carrier.invoiced_on if carrier else day, language),
            "due_on": _date(carrier.due_on if carrier else day, language),
            "reply_to": sender,
        },
    )
    message = Message(
        message_id=f"{touch.id}.{touch.fence}@{sender.rpartition('@')[2]}",
        sender_name=subject.client.name,
        sender=sender,
        recipient=subject.point.value,
        subject=title,
        text=text.strip() + "\n",
    )
    return message, f"{language}:{template.tone}:{template.version}"


def _date(day: date, language: str) -> str:
    return format_date(day, "d MMMM yyyy", locale=language)
