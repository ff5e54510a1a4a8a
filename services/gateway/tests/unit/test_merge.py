from gateway.documents.merge import merged


def document(path: str, schema: dict[str, object]) -> dict[str, object]:
    reference = {"$ref": "#/components/schemas/Out"}
    return {
        "paths": {
            path: {"get": {"responses": {"200": {"content": {"application/json": {"schema": reference}}}}}},
            "/livez": {"get": {}},
        },
        "components": {"schemas": {"Out": schema, "Problem": {"type": "object"}}, "securitySchemes": {"bearer": {}}},
    }


def test_paths_of_all_services_stand_in_one_document_with_tags() -> None:
    whole = merged({"identity": document("/api/auth/me", {}), "content": document("/api/briefs", {})})
    assert list(whole["paths"]) == ["/api/auth/me", "/api/briefs"]
    assert whole["paths"]["/api/briefs"]["get"]["tags"] == ["content"]


def test_schemas_of_one_name_that_differ_are_told_apart_and_references_follow() -> None:
    whole = merged({"identity": document("/api/a", {"title": "A"}), "content": document("/api/b", {"title": "B"})})
    assert set(whole["components"]["schemas"]) == {"Out", "ContentOut", "Problem"}
    answer = whole["paths"]["/api/b"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"]["$ref"] == "#/components/schemas/ContentOut"
    assert whole["components"]["schemas"]["ContentOut"] == {"title": "B"}


def test_a_service_that_does_not_answer_is_named() -> None:
    whole = merged({"identity": document("/api/a", {}), "billing": None})
    assert "billing" in whole["info"]["description"]
