"""The API reference shows what the OpenAPI document says, whatever stands in it."""

import re
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from carecredit.metrics.numerals import LANGUAGES, Language
from carecredit_api.console.pages import render_api_docs
from carecredit_api.console.reference import reference_of

HOSTILE = "<script>alert(1)</script>\"'"


def document() -> dict[str, Any]:
    problem = {"$ref": "#/components/responses/Problem"}
    return {
        "info": {"title": "Desk", "version": "1", "description": HOSTILE},
        "tags": [{"name": "Promises", "description": HOSTILE}],
        "paths": {
            "/promises/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "get": {
                    "tags": ["Promises"],
                    "summary": HOSTILE,
                    "deprecated": True,
                    "responses": {"200": {"description": HOSTILE}, "404": problem},
                },
            },
            "/ping": {"get": {"responses": {"200": {"description": "alive"}}}},
            "/broken": {"post": {"requestBody": {"$ref": "#/components/nowhere"}}},
        },
        "components": {
            "parameters": {
                "Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            },
            "responses": {
                "Problem": {
                    "description": "what went wrong",
                    "content": {
                        "application/problem+json": {
                            "schema": {"$ref": "#/components/schemas/Problem"},
                            "example": {"code": "not_found"},
                        }
                    },
                }
            },
            "schemas": {
                "Problem": {
                    "required": ["code"],
                    "properties": {
                        "code": {"type": "string", "enum": ["not_found", HOSTILE]},
                        "at": {"oneOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                        "inner": {"type": "array", "items": {"$ref": "#/components/schemas/Word"}},
                    },
                },
                "Word": {"type": "string"},
            },
        },
    }


class TestReferenceOf:
    def test_groups_requests_by_tag_and_puts_the_untagged_last(self) -> None:
        groups = reference_of(document(), other="Other").groups

        assert [group.name for group in groups] == ["Promises", "Other"]

    def test_follows_references_to_parameters_and_answers(self) -> None:
        operation = reference_of(document(), other="Other").groups[0].operations[0]

        assert [field.name for field in operation.parameters] == ["id"]
        assert operation.answers[1].kind.links == ("Problem",)
        assert '"not_found"' in operation.answers[1].example

    def test_says_types_in_words(self) -> None:
        fields = reference_of(document(), other="Other").schemas[0].fields

        assert [field.kind.text for field in fields] == [
            "string",
            "string (date) | null",
            "[Word]",
        ]

    def test_reads_a_document_with_nothing_in_it(self) -> None:
        assert reference_of({}, other="Other").groups == []


class TestRenderApiDocs:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_escapes_what_the_document_says(self, language: Language) -> None:
        html = render_api_docs(document(), language=language)

        assert "<script" not in html
        assert "&lt;script&gt;" in html

    def test_shows_our_own_requests_with_a_link_to_the_document(
        self, client: TestClient[Litestar]
    ) -> None:
        html = client.get("/docs", params={"lang": "en"}).text

        assert "/v1/customers/{customer_id}/promises" in html
        assert 'href="/schema/openapi.json"' in html
        assert client.get("/schema/openapi.json").status_code == 200

    def test_leads_every_link_inside_the_page_somewhere(self, client: TestClient[Litestar]) -> None:
        html = client.get("/docs").text

        targets = set(re.findall(r'\bid="([^"]+)"', html))
        links = set(re.findall(r'href="#([^"]+)"', html))
        assert links <= targets
        assert "schema-Promise" in links
