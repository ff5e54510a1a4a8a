from gateway.documents.openapi import merged


def document(path: str, schema: dict[str, object]) -> dict[str, object]:
    reference = {"$ref": "#/components/schemas/Out"}
    return {
        "paths": {
            path: {"get": {"responses": {"200": {"content": {"application/json": {"schema": reference}}}}}},
            "/livez": {"get": {}},
        },
        "components": {"schemas": {"Out": schema, "Problem": {"type": "object"}}, "securitySchemes": {"bearer": {}}},
    }


def test_the_merged_document_has_the_paths_of_all_services_with_tags() -> None:
    whole = merged({"identity": document("/api/auth/me", {}), "content": document("/api/briefs", {})})
    assert list(whole["paths"]) == ["/api/auth/me", "/api/briefs"]
    assert whole["paths"]["/api/briefs"]["get"]["tags"] == ["content"]


def test_different_schemas_of_one_name_are_renamed_with_their_references() -> None:
    whole = merged({"identity": document("/api/a", {"title": "A"}), "content": document("/api/b", {"title": "B"})})
    assert set(whole["components"]["schemas"]) == {"Out", "ContentOut", "Problem"}
    response = whole["paths"]["/api/b"]["get"]["responses"]["200"]["content"]["application/json"]
    assert response["schema"]["$ref"] == "#/components/schemas/ContentOut"
    assert whole["components"]["schemas"]["ContentOut"] == {"title": "ContentOut"}


def test_a_schema_that_no_operation_refers_to_is_left_out() -> None:
    inner: dict[str, object] = {"properties": {"part": {"$ref": "#/components/schemas/Part"}}}
    own = document("/api/a", inner)
    own["components"]["schemas"] |= {"Part": {"type": "object"}, "Unused": {"type": "object"}}  # type: ignore[index]

    assert set(merged({"identity": own})["components"]["schemas"]) == {"Out", "Part", "Problem"}


def test_an_unavailable_service_is_named() -> None:
    whole = merged({"identity": document("/api/a", {}), "billing": None})
    assert "billing" in whole["info"]["description"]
