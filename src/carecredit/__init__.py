"""Customer care and gentle credit collection in one system.

The front door is lazy: `from carecredit import CareCredit` loads the desk and the database layer;
`import carecredit.kernel.money` loads neither.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carecredit.desk import CareCredit

__all__ = ["CareCredit"]


def __getattr__(name: str) -> Any:
    """Load the desk, or the version, on first use."""
    if name == "CareCredit":
        from carecredit.desk import CareCredit  # noqa: PLC0415 - the front door is lazy

        return CareCredit
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - the same

        return version("carecredit")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
