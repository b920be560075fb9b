"""Every capability is called the same way, and every error has a code of its own."""

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import carecredit
from carecredit.kernel.errors import CareCreditError

NOT_CAPABILITIES = {"kernel", "settings", "store", "schema", "desk", "cli"}
BY_NAME = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}


def modules() -> list[ModuleType]:
    """Import every module of the library, apart from the edges."""
    names = [
        found.name
        for found in pkgutil.walk_packages(carecredit.__path__, "carecredit.")
        if found.name.split(".")[1] not in {"desk", "cli"}
    ]
    return [importlib.import_module(name) for name in names]


def functions(role: str) -> Iterator[Any]:
    """Find what a capability offers in a role: what its module, or its package's front, names."""
    for module in modules():
        _, capability, *rest = [*module.__name__.split("."), ""]
        if capability in NOT_CAPABILITIES or rest[0] != role or len(rest) > 2:
            continue
        for name, function in vars(module).items():
            if (
                inspect.isfunction(function)
                and function.__module__.startswith(module.__name__)
                and not name.startswith("_")
            ):
                yield pytest.param(function, id=f"{module.__name__}.{name}")


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(function).parameters.values())


class TestAPublicFunction:
    @pytest.mark.parametrize("function", [*functions("queries"), *functions("operations")])
    def test_takes_the_session_first_and_the_rest_by_name(
        self, function: Callable[..., Any]
    ) -> None:
        names = [parameter.name for parameter in parameters(function)]
        if "session" not in names:
            return  # shapes what a query read

        assert names[0] == "session"
        assert {parameter.kind for parameter in parameters(function)[1:]} <= BY_NAME

    @pytest.mark.parametrize("function", [*functions("operations")])
    def test_that_writes_does_so_in_a_session(self, function: Callable[..., Any]) -> None:
        assert "session" in {parameter.name for parameter in parameters(function)}

    @pytest.mark.parametrize("function", [*functions("queries"), *functions("operations")])
    def test_says_what_it_does(self, function: Callable[..., Any]) -> None:
        assert function.__doc__

    @pytest.mark.parametrize("function", [*functions("rules")])
    def test_of_the_rules_takes_no_session(self, function: Callable[..., Any]) -> None:
        assert "session" not in {parameter.name for parameter in parameters(function)}


class TestAnError:
    def test_has_a_code_that_no_other_has(self) -> None:
        modules()
        kinds = {kind.__name__ for kind in CareCreditError.__subclasses__()}
        errors = list(_below(CareCreditError))

        codes = Counter(error.code for error in errors)

        assert [code for code, times in codes.items() if times > 1] == []
        assert kinds == {"Invalid", "Misconfigured", "NotFound", "Refused"}


def _below(kind: type[CareCreditError]) -> Iterator[type[CareCreditError]]:
    for error in kind.__subclasses__():
        yield error
        yield from _below(error)
