"""Procedures and procedural gaps of a client company from a desk."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from carecredit.kernel.clock import Clock
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ContactId, GapId, OperatorId
from carecredit.knowledge import operations, queries, views
from carecredit.knowledge.rules import NewProcedure
from carecredit.mandates import queries as mandates
from carecredit.store.session import Caller, Store

Answer = TypeVar("Answer")


class GapStory(msgspec.Struct, frozen=True):
    """A gap with its life from the first step."""

    gap: views.Gap
    events: tuple[views.GapEvent, ...]


class Knowledge:
    """What a client company wants done and said; each call is one transaction."""

    def __init__(self, store: Store, caller: Caller, now: Clock, *, client: str) -> None:
        self._store, self._caller, self._now, self._code = store, caller, now, client

    def publish(self, procedure: Mapping[str, Any]) -> views.Procedure:
        """Publish a version; the fields are those of `NewProcedure`, texts by language."""
        return self._write(operations.publish, procedure=procedure_of(procedure))

    def procedures(self, *, at: datetime | None = None, **told: Any) -> list[views.Card]:
        """List the procedures that count, by key; of one topic where it is named."""
        return self._read(queries.procedures, at=at or self._now(), **told)

    def procedure(
        self,
        key: str,
        *,
        version: int | None = None,
        language: str | None = None,
        at: datetime | None = None,
    ) -> views.Procedure:
        """Read the version that counts, or the one that is named."""
        asked = {"key": key, "language": language}
        if version is not None:
            return self._read(queries.procedure_version, version=version, **asked)
        return self._read(queries.procedure, at=at or self._now(), **asked)

    def versions(self, key: str) -> list[views.Card]:
        """List every version of a procedure that was published."""
        return self._read(queries.versions_of, key=key)

    def about(
        self, topic: str, *, language: str, at: datetime | None = None
    ) -> list[views.Procedure]:
        """Read the procedures of a topic whole."""
        told = {"topic": topic, "language": language}
        return self._read(queries.procedures_about, at=at or self._now(), **told)

    def search(self, text: str, *, language: str | None = None, limit: int = 20) -> views.Found:
        """Find procedures by words; a search in vain is counted, by nobody's name."""
        now = self._now()
        told = {"text": text, "at": now, "language": language, "limit": limit}
        found = self._read(queries.search, **told)
        if not found.count:
            self._write(operations.count_vain_search, text=text)
        return found

    def searches_in_vain(self) -> list[views.VainSearch]:
        """List what was searched for in vain, the most often first."""
        return self._read(queries.vain_searches)

    def raise_gap(
        self,
        text: str,
        *,
        topic: str,
        contact_id: ContactId | None = None,
        operator_id: OperatorId | None = None,
    ) -> GapId:
        """Raise what the procedure does not foresee."""
        gap = operations.NewGap(text, topic, contact_id, operator_id)
        return self._write(operations.raise_gap, gap=gap)

    def move_gap(self, gap_id: GapId, move: str, *, version: int, **told: Any) -> views.Gap:
        """Move a gap on; `why`, and `procedure=("key", version)` where it is published."""
        return self._write(operations.move_gap, gap_id=gap_id, move=move, version=version, **told)

    def gaps(self, *states: str, **page: Any) -> list[views.Gap]:
        """List gaps, in some states or in all."""
        return self._read(queries.gaps, states=states, **page)

    def gaps_overdue(self) -> list[views.Gap]:
        """List the gaps that were sent and not acknowledged in time."""
        return self._read(queries.gaps_overdue, now=self._now())

    def gaps_to_tell(self, operator_id: OperatorId) -> list[views.Gap]:
        """List what an operator raised that came to its end and was not told to them yet."""
        return self._read(queries.gaps_to_tell, operator_id=operator_id)

    def gap(self, gap_id: GapId) -> GapStory:
        """Read a gap with its life."""
        with self._store.read(self._caller) as session:
            whose = {"client_id": mandates.client_by_code(session, code=self._code).id}
            return GapStory(
                queries.gap(session, gap_id=gap_id, **whose),
                tuple(queries.gap_events(session, gap_id=gap_id, **whose)),
            )

    def _write(self, act: Callable[..., Answer], **told: Any) -> Answer:
        with self._store.begin(self._caller) as session:
            client_id = mandates.client_by_code(session, code=self._code).id
            return act(session, client_id=client_id, now=self._now(), **told)

    def _read(self, ask: Callable[..., Answer], **told: Any) -> Answer:
        with self._store.read(self._caller) as session:
            client_id = mandates.client_by_code(session, code=self._code).id
            return ask(session, client_id=client_id, **told)


def procedure_of(told: Mapping[str, Any]) -> NewProcedure:
    """Read a procedure out of plain values; a field that is none is refused with its place."""
    try:
        return msgspec.convert(told, NewProcedure)
    except msgspec.ValidationError as error:
        raise Invalid(f"the procedure cannot be read: {error}", field="procedure") from error
