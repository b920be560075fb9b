"""Asking about people who stay and go, as the tests of them do: the days of 2024, one question."""

from datetime import UTC, date, datetime
from typing import Any

from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries import Question
from carecredit.metrics.rules.windows import Window
from carecredit.store.session import Store
from ledgers import CALLER

NOW = datetime(2024, 6, 1, tzinfo=UTC)
JAN, MAR, MAY = date(2024, 1, 31), date(2024, 3, 31), date(2024, 5, 31)
P1M, P3M = Window(months=1), Window(months=3)


def day(month: int, number: int) -> date:
    return date(2024, month, number)


def ask(store: Store, client_id: ClientId, answer: Any, as_of: date, **more: Any) -> Any:
    names = set(Question.__struct_fields__) & more.keys()
    question = Question(as_of=as_of, **{name: more.pop(name) for name in names})
    with store.read(CALLER) as session:
        return answer(session, client_id=client_id, question=question, now=NOW, **more)
