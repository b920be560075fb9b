"""The definitions that come with the package: data, read when asked for."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from carecredit.metrics.names import formula_words, metric_words, report_words
from carecredit.metrics.numerals import Language
from carecredit.metrics.rules.catalogue import METRIC_IDS, Metric, UnknownMetric, resolve
from carecredit.metrics.rules.measure import Unit
from carecredit.metrics.views import Definition, WorkedExample


class _Said(NamedTuple):
    """What a number is called and what it says, by language."""

    name: dict[str, str]
    meaning: dict[str, str]


class Wording(NamedTuple):
    """What a definition says in words: formula, convention, source, and an example."""

    formula: str
    convention: str
    source: str
    given: str


def definitions() -> tuple[Definition, ...]:
    """Define every number a series carries, in its order."""
    return tuple(definition(metric_id) for metric_id in METRIC_IDS)


def definition(metric_id: str) -> Definition:
    """Define one number; an unknown name raises `UnknownMetric`."""
    data, metric = _data(), resolve(metric_id)
    family = _family(metric, data["family"])
    said = _Said(*metric_words(family, metric_id))
    return _definition(metric_id, data["family"][family], said, data["version"])


def worded(metric_id: str, language: Language) -> Wording:
    """Give what a definition says in words, in a language of the house."""
    data, metric = _data(), resolve(metric_id)
    family = _family(metric, data["family"])
    words = data["family"][family]
    if language == "en":
        return Wording(words["formula"], words["convention"], words["source"], words["given"])
    said = formula_words()
    formula, convention, given = said["family"][family]
    # A source is quoted as it is called; only what is our own rule is said in the language.
    return Wording(formula, convention, said["source"].get(words["source"], words["source"]), given)


def report_definitions() -> tuple[Definition, ...]:
    """Define the reports beside the catalogue: aging, roll, cure, recovery, forecast, care."""
    return tuple(report_definition(name) for name in _data()["report"])


def report_definition(name: str) -> Definition:
    """Define one report; an unknown name raises `UnknownMetric`."""
    data = _data()
    if name not in data["report"]:
        raise UnknownMetric(
            f"{name!r} is no report; they are {', '.join(data['report'])}", field="report"
        )
    said = _Said(*report_words(name))
    return _definition(name, data["report"][name], said, data["version"])


def version() -> str:
    """Say by which wording of the definitions a number was worked out."""
    return str(_data()["version"])


def _definition(metric_id: str, words: dict[str, Any], said: _Said, version: str) -> Definition:
    return Definition(
        id=metric_id,
        name=said.name,
        meaning=said.meaning,
        unit=Unit(words["unit"]),
        formula=words["formula"],
        convention=words["convention"],
        source=words["source"],
        example=WorkedExample(words["given"], words["answer"]),
        version=version,
    )


def _family(metric: Metric, families: dict[str, Any]) -> str:
    # The buckets of an aging share one definition.
    return metric.family if metric.family in families else metric.family.rpartition(".")[0]


@cache
def _data() -> dict[str, Any]:
    source = resources.files("carecredit.metrics").joinpath("definitions.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))
