"""The definitions that come with the package: data, read when asked for."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from carecredit.metrics.rules.catalogue import METRIC_IDS, Metric, UnknownMetric, resolve
from carecredit.metrics.rules.measure import Unit
from carecredit.metrics.views import Definition, WorkedExample


def definitions() -> tuple[Definition, ...]:
    """Define every number a series carries, in its order."""
    return tuple(definition(metric_id) for metric_id in METRIC_IDS)


def definition(metric_id: str) -> Definition:
    """Define one number; an unknown name raises `UnknownMetric`."""
    data, metric = _data(), resolve(metric_id)
    family = data["family"][_family(metric, data["family"])]
    return _definition(metric_id, family, data["version"])


def report_definitions() -> tuple[Definition, ...]:
    """Define the reports beside the catalogue: aging, roll, cure, recovery, forecast."""
    return tuple(report_definition(name) for name in _data()["report"])


def report_definition(name: str) -> Definition:
    """Define one report; an unknown name raises `UnknownMetric`."""
    data = _data()
    if name not in data["report"]:
        raise UnknownMetric(
            f"{name!r} is no report; they are {', '.join(data['report'])}", field="report"
        )
    return _definition(name, data["report"][name], data["version"])


def version() -> str:
    """Say by which wording of the definitions a number was worked out."""
    return str(_data()["version"])


def _definition(name: str, words: dict[str, Any], version: str) -> Definition:
    return Definition(
        id=name,
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
