from common.http.conditional import entity_tag, is_known


def test_a_client_knows_a_content_by_its_tag_also_when_a_proxy_made_it_weak() -> None:
    tag = entity_tag(b"one")
    assert is_known(tag, tag)
    assert is_known(tag, f'"other", W/{tag}')
    assert is_known(tag, "*")
    assert not is_known(tag, entity_tag(b"two"))
    assert not is_known(tag, None)
