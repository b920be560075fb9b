"""The description of the API: every refusal, an example of every body."""

import json
from typing import Any

import pytest

from carecredit_api.openapi import description

API = "/api/v1"


@pytest.fixture(scope="module")
def centre(shared_centre: Any) -> Any:
    return shared_centre


class TestTheDescription:
    def test_lists_the_refusals_of_every_operation(self, centre: Any) -> None:
        document = description(centre.app)
        operations = [
            operation for methods in document["paths"].values() for operation in methods.values()
        ]

        assert document["openapi"].startswith("3.1")
        assert len(operations) == 191
        for operation in operations:
            refused = {
                status
                for status, it in operation["responses"].items()
                if "application/problem+json" in it.get("content", {})
            }
            assert {"400", "422", "500"} <= refused, operation["operationId"]
            if operation.get("security") != []:
                assert {"401", "403", "404", "503"} <= refused, operation["operationId"]
            assert operation["description"].endswith(".")
            assert operation["summary"]

    def test_gives_an_example_of_every_body(self, centre: Any) -> None:
        document = description(centre.app)

        for methods in document["paths"].values():
            for operation in methods.values():
                told = json.dumps([operation.get("requestBody"), operation["responses"]])
                contents = [
                    media
                    for it in (operation.get("requestBody", {}), *operation["responses"].values())
                    for media in it.get("content", {}).values()
                    if media.get("schema")
                ]
                assert all("example" in media for media in contents), operation["operationId"]
                assert '"text"' not in told, operation["operationId"]

    def test_points_at_nothing_that_is_not_there(self, centre: Any) -> None:
        document = description(centre.app)
        named = set(document["components"]["schemas"])
        text = json.dumps(document)

        pointed = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}

        assert pointed <= named

    def test_takes_its_own_examples(self, centre: Any) -> None:
        document = description(centre.app)
        body = document["paths"][f"{API}/payments"]["post"]["requestBody"]["content"]
        example = body["application/json"]["example"]

        answer = centre.post(
            f"{API}/payments",
            key="integrator",
            json=example | {"customer_id": str(centre.ours.customer_id)},
        )

        assert answer.status_code == 201, answer.text

    def test_is_served_to_whoever_has_a_key(self, centre: Any) -> None:
        answer = centre.get("/schema/openapi.json")

        assert answer.json() == description(centre.app)
