"""How a procedural gap lives: states and moves are data, a move that is not there is refused."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

import msgspec

from carecredit.kernel.errors import Invalid, Misconfigured, Refused

TEXT_LENGTH_MAX = 4_000
RAISE = "raise"
NEEDS = frozenset({"why", "procedure"})
_TOPIC = re.compile(r"[a-z][a-z0-9_]{0,63}")


class GapMoved(Refused):
    """The gap cannot make this move from where it stands."""

    code = "gap_moved"


class LifeUnreadable(Misconfigured):
    """The file of states and moves contradicts itself."""

    code = "gap_life_unreadable"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in both languages."""

    it: str
    en: str


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"froms": "from"}):
    """A step: from which states, to which one, and what it must bring."""

    froms: tuple[str, ...]
    to: str
    it: str
    en: str
    needs: tuple[str, ...] = ()


class Life(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All states and moves of a gap, by their version."""

    version: int
    acknowledge_days: int
    states: Mapping[str, Words]
    moves: Mapping[str, Move]


@cache
def life() -> Life:
    """Read the packaged states and moves."""
    return read_life(
        resources.files("carecredit.knowledge").joinpath("gaps.toml").read_text("utf-8")
    )


def read_life(text: str) -> Life:
    """Read states and moves; a move from or to a state that is none is refused with its place."""
    try:
        found = msgspec.convert(tomllib.loads(text), Life)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LifeUnreadable(f"the life of gaps cannot be read: {error}") from error
    for name, move in found.moves.items():
        for state in (*move.froms, move.to):
            if state not in found.states:
                raise LifeUnreadable(f"moves.{name}: {state!r} is no state")
        for need in move.needs:
            if need not in NEEDS:
                raise LifeUnreadable(f"moves.{name}.needs: {need!r} is nothing a move can bring")
    if RAISE not in found.moves or found.moves[RAISE].froms:
        raise LifeUnreadable(f"moves.{RAISE}: every gap begins by it, from no state")
    return found


def state_after(moves: Iterable[str]) -> str:
    """Replay moves from the first and give the state they end in; raises `GapMoved`."""
    state: str | None = None
    for name in moves:
        state = _moved(state, name)
    if state is None:
        raise GapMoved("a gap begins by being raised", field="move")
    return state


def check_move(state: str, name: str, *, why: str, procedure: bool) -> str:
    """Give the state that a move ends in; one that is not there, or brings too little, is refused.

    What it must bring is in the data: a reason to decline, the version that was published.
    """
    to = _moved(state, name)
    if "why" in life().moves[name].needs and not why.strip():
        raise Invalid("say why", field="why")
    if ("procedure" in life().moves[name].needs) != procedure:
        told = "leave the procedure out" if procedure else "name the procedure and its version"
        raise Invalid(told, field="procedure")
    if len(why) > TEXT_LENGTH_MAX or "\0" in why:
        raise Invalid(f"why has {TEXT_LENGTH_MAX} characters at most", field="why")
    return to


def check_gap(text: str, topic: str) -> None:
    """Accept a gap that says what the procedure does not foresee, and of which topic it is."""
    if not 0 < len(text.strip()) <= TEXT_LENGTH_MAX or "\0" in text:
        raise Invalid(
            f"say in 1 to {TEXT_LENGTH_MAX} characters what the procedure does not foresee",
            field="text",
        )
    if _TOPIC.fullmatch(topic) is None:
        raise Invalid(
            "a topic is a short word of small letters, digits and underscores: wrong_amount",
            field="topic",
        )


def overdue_since(now: datetime) -> datetime:
    """Give the instant before which a gap must have been sent for its answer to be overdue."""
    return now - timedelta(days=life().acknowledge_days)


def _moved(state: str | None, name: str) -> str:
    move = life().moves.get(name)
    if move is None:
        raise Invalid(f"{name!r} is no move; they are: {', '.join(life().moves)}", field="move")
    if state not in (move.froms or (None,)):
        open_ = ", ".join(it for it, each in life().moves.items() if state in each.froms) or "none"
        raise GapMoved(
            f"a gap that is {state or 'not raised'} cannot {name}; it can: {open_}", field="move"
        )
    return move.to
