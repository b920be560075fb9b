"""One decision's inputs together: put in order, told as a hash, and written so as to be replayed.

The hash is of the request, the facts, the history, the contents of every profile, the releases of
the data and the instant. Written inputs give the same verdict years later, or say what is missing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar

import msgspec

from carecredit.contact_policy.rules.events import Event
from carecredit.contact_policy.rules.facts import Facts, Request
from carecredit.contact_policy.rules.profile import Profile
from carecredit.contact_policy.rules.verdict import Versions
from carecredit.kernel.calendars import IANA_VERSION
from carecredit.kernel.errors import Invalid
from carecredit.kernel.phones import LIBRARY_VERSION
from carecredit.kernel.public_days import Calendars


class ProfileChanged(Invalid):
    """A profile is gone or no longer what it was when the decision was taken."""

    code: ClassVar[str] = "profile_changed"


class Case(msgspec.Struct, frozen=True):
    """The inputs of one decision."""

    request: Request
    facts: Facts
    history: tuple[Event, ...]
    profiles: tuple[Profile, ...]
    calendars: Calendars
    now: datetime

    @property
    def versions(self) -> Versions:
        """Name the data by which the decision is taken."""
        return Versions(
            rules={profile.key: profile.version for profile in self.profiles},
            tzdata=IANA_VERSION,
            holidays=self.calendars.version,
            phonenumbers=LIBRARY_VERSION,
        )


class Inputs(msgspec.Struct, frozen=True):
    """What is written of a decision's inputs; a profile by its name and the hash of its text."""

    request: Request
    facts: Facts
    history: tuple[Event, ...]
    profiles: tuple[tuple[str, str], ...]
    versions: Versions
    now: datetime


def case_of(
    request: Request,
    facts: Facts,
    history: Iterable[Event],
    profiles: Iterable[Profile],
    calendars: Calendars,
    now: datetime,
) -> Case:
    """Put the inputs together; the order in which events are told makes no difference."""
    events = tuple(sorted(history, key=_order))
    return Case(request, facts, events, tuple(profiles), calendars, now)


def inputs_of(case: Case) -> Inputs:
    """Give what is written of a case."""
    digests = tuple((profile.key, profile.digest) for profile in case.profiles)
    return Inputs(case.request, case.facts, case.history, digests, case.versions, case.now)


def hash_of(case: Case) -> str:
    """Hash the inputs: the same ones give the same hash on every machine."""
    return hashlib.sha256(written(inputs_of(case)).encode()).hexdigest()


def written(inputs: Inputs) -> str:
    """Write inputs down, always in the same words."""
    return msgspec.json.encode(inputs, order="deterministic").decode()


def read_case(text: str, *, profiles: Mapping[str, Profile], calendars: Calendars) -> Case:
    """Read written inputs; raises `ProfileChanged` where a profile is not the one of then."""
    inputs = msgspec.json.decode(text.encode(), type=Inputs)
    for key, digest in inputs.profiles:
        if key not in profiles or profiles[key].digest != digest:
            raise ProfileChanged(
                f"profile {key!r} is not the one this decision was taken by; "
                f"take its file of version {inputs.versions.rules[key]}",
                field=key,
            )
    found = tuple(profiles[key] for key, _ in inputs.profiles)
    return Case(inputs.request, inputs.facts, inputs.history, found, calendars, inputs.now)


def changed_data(then: Versions, now: Versions) -> tuple[str, ...]:
    """Name the data of which there is another release now than when a decision was taken."""
    pairs = (
        ("tzdata", then.tzdata, now.tzdata),
        ("holidays", then.holidays, now.holidays),
        ("phonenumbers", then.phonenumbers, now.phonenumbers),
    )
    return tuple(f"{name}: {old} then, {new} now" for name, old, new in pairs if old != new)


def _order(event: Event) -> tuple[datetime, str, str, str, tuple[str, ...]]:
    return event.at, event.kind, event.channel, event.direction, event.debts
