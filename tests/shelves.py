"""A client company's shelf of procedures, and what is done with it."""

from collections.abc import Callable
from typing import Any

import worlds
from carecredit.kernel.ids import ClientId, OperatorId
from carecredit.knowledge import operations, views
from carecredit.knowledge.rules import NewProcedure, Text
from carecredit.store.session import Store
from carecredit.team.operations import add_operator
from worlds import CENTRE_CALLER, NOW


class Shelf:
    """Two client companies; what is asked without a name is asked of ours."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.ours, self.theirs = (worlds.found_client(store, code) for code in ("ACQ", "NRD"))
        with store.begin(CENTRE_CALLER) as session:
            self.anna: OperatorId = add_operator(session, name="Anna", now=NOW)

    def do(self, act: Callable[..., Any], *, of: ClientId | None = None, **told: Any) -> Any:
        client_id = of or self.ours
        with self.store.begin(worlds.only(client_id, name="Anna")) as session:
            return act(session, **{"client_id": client_id, "now": NOW} | told)

    def ask(self, read: Callable[..., Any], *, of: ClientId | None = None, **told: Any) -> Any:
        client_id = of or self.ours
        with self.store.read(worlds.only(client_id)) as session:
            return read(session, **{"client_id": client_id} | told)

    def publish(
        self,
        key: str = "late-bill",
        title: str = "Perché la bolletta è in ritardo",
        body: str = "Chieda la città di consegna.",
        *,
        of: ClientId | None = None,
        now: Any = NOW,
        texts: dict[str, Text] | None = None,
        **facts: Any,
    ) -> views.Procedure:
        told: dict[str, Any] = {"topic": "late_bill", "owner": "Anna Bianchi"}
        new = NewProcedure(key=key, texts=texts or {"it": Text(title, body)}, **told | facts)
        found: views.Procedure = self.do(operations.publish, of=of, procedure=new, now=now)
        return found
