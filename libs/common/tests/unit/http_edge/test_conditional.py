from common.http.conditional import entity_tag, is_known


def test_a_weak_tag_matches_too() -> None:
    tag = entity_tag(b"one")
    assert is_known(tag, tag)
    assert is_known(tag, f'"other", W/{tag}')
    assert is_known(tag, "*")
    assert not is_known(tag, entity_tag(b"two"))
    assert not is_known(tag, None)
