"""Texts to customers: data with plain placeholders over ready strings; no logic, no attributes."""

from collections.abc import Mapping
from string import Template as Placeholders
from typing import Any

import msgspec

from carecredit.kernel.errors import Invalid

VARIABLES = frozenset({"greeting", "client", "invoice", "invoiced_on", "due_on", "reply_to"})


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text for a tone: its subject says nothing of money, its body no amount."""

    tone: str
    version: str
    subject: str
    text: str


class Message(msgspec.Struct, frozen=True):
    """A message ready to leave: one recipient, one stable id."""

    message_id: str
    sender_name: str
    sender: str
    recipient: str
    subject: str
    text: str


def parse_templates(data: Mapping[str, Any], *, source: str) -> dict[str, Template]:
    """Read the templates of a language, by tone; a fault raises `Invalid` naming the place."""
    try:
        listed = msgspec.convert(data["templates"], tuple[Template, ...])
    except (KeyError, msgspec.ValidationError) as error:
        raise Invalid(f"{source}: {error}", field="templates") from error
    for template in listed:
        used = {*_names(template.subject), *_names(template.text)}
        if not used <= VARIABLES:
            unknown = ", ".join(sorted(used - VARIABLES))
            raise Invalid(f"{source}: {template.tone} names {unknown}", field="templates")
    return {template.tone: template for template in listed}


def compose(template: Template, values: Mapping[str, str]) -> tuple[str, str]:
    """Fill in a template; a missing value raises. Line breaks never enter the subject."""
    subject = Placeholders(template.subject).substitute(values)
    return " ".join(subject.split()), Placeholders(template.text).substitute(values)


def _names(text: str) -> list[str]:
    return Placeholders(text).get_identifiers()
