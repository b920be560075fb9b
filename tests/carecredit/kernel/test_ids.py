"""Identifiers: in the order they were made, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from carecredit.kernel.ids import new_id, new_keys


class TestANewId:
    def test_is_a_version_7_uuid(self) -> None:
        made = new_id()

        assert (made.version, made.variant) == (7, "specified in RFC 4122")

    def test_sorts_after_every_one_before_it(self) -> None:
        made = [new_id() for _ in range(5_000)]

        assert made == sorted(made)
        assert [one.bytes for one in made] == sorted(one.bytes for one in made)

    def test_is_unique_and_in_order_in_each_of_many_threads(self) -> None:
        with ThreadPoolExecutor(8) as threads:
            batches = list(threads.map(lambda _: [new_id() for _ in range(2_000)], range(8)))

        assert all(batch == sorted(batch) for batch in batches)
        assert len({one for batch in batches for one in batch}) == 16_000


class TestNewKeys:
    def test_are_the_bytes_of_version_7_uuids_in_order(self) -> None:
        before, keys, after = new_id(), new_keys(5_000), new_id()

        assert keys == sorted(set(keys))
        assert before.bytes < keys[0]
        assert keys[-1] < after.bytes
        made = [UUID(bytes=key) for key in keys]
        assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
