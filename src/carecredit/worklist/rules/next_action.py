"""Next best action: the first rule that holds proposes, and says why; a person decides."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from carecredit.kernel.errors import Invalid
from carecredit.worklist.rules.facts import NextFacts


class Decision(StrEnum):
    """What the operator made of a proposal."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    REJECTED = "rejected"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence in both languages."""

    it: str
    en: str


class ActionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When to propose what, with the sentence to begin with and what would hurt."""

    key: str
    when: dict[str, Any]
    propose: str
    why: Words
    say: Words
    avoid: tuple[Words, ...]
    alternatives: tuple[str, ...] = ()
    general: bool = False
    """For when nothing else holds; never an alternative to what is more to the point."""


class ActionRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of the rules, in the order in which they are tried."""

    version: str
    actions: dict[str, Words]
    """What each action is called."""
    rule: tuple[ActionRule, ...]


class RulesUnsound(Invalid):
    """The file of rules cannot be used; the message names the place."""

    code = "action_rules_unsound"


class Proposal(msgspec.Struct, frozen=True):
    """What to propose, by which rule, on which facts; alternatives that hold as well."""

    action: str
    rule: str
    version: str
    why: Words
    say: Words
    avoid: tuple[Words, ...]
    alternatives: tuple[str, ...]
    facts: dict[str, Any]
    """What the rule looked at, as it stood."""


_FACTS = {field.name: field for field in msgspec.structs.fields(NextFacts)}


def propose(facts: NextFacts, *, rules: ActionRules) -> Proposal | None:
    """Propose what the first rule that holds says; what the others say are alternatives."""
    holding = [
        rule for rule in rules.rule if all(_holds(facts, *each) for each in rule.when.items())
    ]
    if not holding:
        return None
    first, *others = holding
    named = dict.fromkeys(
        (*first.alternatives, *(rule.propose for rule in others if not rule.general))
    )
    named.pop(first.propose, None)
    return Proposal(
        action=first.propose,
        rule=first.key,
        version=rules.version,
        why=first.why,
        say=first.say,
        avoid=first.avoid,
        alternatives=tuple(named),
        facts={name: _plain(getattr(facts, name)) for name in first.when},
    )


@cache
def house_rules() -> ActionRules:
    """Read the packaged rules."""
    file = resources.files("carecredit.worklist").joinpath("actions", "house.toml")
    return parse_rules(tomllib.loads(file.read_text("utf-8")), source="house.toml")


def parse_rules(data: Mapping[str, Any], *, source: str) -> ActionRules:
    """Read a version of the rules; raises `RulesUnsound` naming the place."""
    try:
        rules = msgspec.convert(data, ActionRules)
    except msgspec.ValidationError as error:
        raise RulesUnsound(f"{source}: {error}") from error
    seen: set[str] = set()
    for rule in rules.rule:
        if rule.key in seen:
            raise RulesUnsound(f"{source}: two rules are called {rule.key!r}")
        seen.add(rule.key)
        for action in (rule.propose, *rule.alternatives):
            if action not in rules.actions:
                raise RulesUnsound(f"{source}: rule {rule.key!r}: action {action!r} has no name")
        for name, wanted in rule.when.items():
            _check(rule, name, wanted, source)
    return rules


def _check(rule: ActionRule, name: str, wanted: Any, source: str) -> None:
    place = f"{source}: rule {rule.key!r}, when.{name}"
    if name not in _FACTS:
        raise RulesUnsound(f"{place} is no fact; they are: {', '.join(_FACTS)}")
    kind = _FACTS[name].type
    fits = {
        bool: isinstance(wanted, bool),
        int: _bounds(wanted),
    }.get(kind, isinstance(wanted, list) and all(isinstance(each, str) for each in wanted))
    if not fits:
        raise RulesUnsound(
            f"{place}: a yes or no is true or false, a number has {{ min, max }}, a word a list"
        )


def _bounds(wanted: Any) -> bool:
    return (
        isinstance(wanted, dict)
        and bool(wanted)
        and wanted.keys() <= {"min", "max"}
        and all(isinstance(each, int) and not isinstance(each, bool) for each in wanted.values())
    )


def _holds(facts: NextFacts, name: str, wanted: Any) -> bool:
    value = getattr(facts, name)
    if isinstance(wanted, dict):
        return bool(wanted.get("min", value) <= value <= wanted.get("max", value))
    if isinstance(wanted, list):
        held = value if isinstance(value, frozenset) else {value}
        return not held.isdisjoint(wanted)
    return bool(value == wanted)


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value
