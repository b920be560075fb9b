"""Keys: shown once, recognised, revoked; one client company's opens nothing of another's."""

import pytest
from sqlalchemy import text

import worlds
from carecredit.kernel.errors import Invalid, NotFound
from carecredit.kernel.ids import KeyId, new_id
from carecredit.store.session import Store
from carecredit.team.operations import add_key, revoke_key
from carecredit.team.queries import key_by_secret
from carecredit.team.rules import RIGHTS, Right, Role, may
from carecredit.team.views import Key, NewKey
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")


def make(store: Store, name: str = "Anna", role: Role = Role.OPERATOR, **facts: object) -> NewKey:
    with store.begin(CENTRE_CALLER) as session:
        return add_key(session, name=name, role=role, now=NOW, **{"clients": None} | facts)  # type: ignore[arg-type] # a test's facts


def recognise(store: Store, secret: str) -> Key | None:
    with store.read(CENTRE_CALLER) as session:
        return key_by_secret(session, secret=secret)


class TestAddKey:
    def test_is_recognised_by_a_secret_that_is_nowhere_kept(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        made = make(store, clients=[client_id])

        assert recognise(store, made.secret) == made.key
        assert made.key.clients == frozenset({client_id})
        with store.read(CENTRE_CALLER) as session:
            kept = [
                repr(tuple(row))
                for table in ("api_keys", "audit_entries")
                for row in session.execute(text(f"SELECT * FROM {table}"))
            ]
        assert made.secret not in "".join(kept)
        assert worlds.actions(store, None)[-1] == "key.added"

    def test_names_one_operator_however_many_keys(self, store: Store) -> None:
        assert make(store).key.operator_id == make(store, " Anna ").key.operator_id
        assert make(store, role=Role.FINANCE).key.operator_id is None

    def test_opens_nothing_for_an_empty_list_of_companies(self, store: Store) -> None:
        assert make(store, clients=[]).key.clients == frozenset()

    def test_asks_for_a_name(self, store: Store) -> None:
        for name in (" ", "x" * 201):
            with pytest.raises(Invalid):
                make(store, name)


class TestRevokeKey:
    def test_opens_nothing_any_more(self, store: Store) -> None:
        made = make(store)
        with store.begin(CENTRE_CALLER) as session:
            revoke_key(session, key_id=made.key.id, now=NOW)

        assert recognise(store, made.secret) is None
        for key_id in (made.key.id, KeyId(new_id())):
            with store.begin(CENTRE_CALLER) as session, pytest.raises(NotFound):
                revoke_key(session, key_id=key_id, now=NOW)


class TestKeyBySecret:
    @pytest.mark.parametrize("secret", ["", "cc_unknown", "x" * 201])
    def test_knows_no_other(self, store: Store, secret: str) -> None:
        assert recognise(store, secret) is None


class TestMay:
    def test_says_yes_by_name_alone(self) -> None:
        assert may(Role.OPERATOR, Right.WORK)
        assert not may(Role.OPERATOR, Right.READ_METRICS)
        assert not may(Role.FINANCE, Right.WORK)
        assert RIGHTS.keys() == set(Role)
        assert RIGHTS[Role.ADMIN] == set(Right)
