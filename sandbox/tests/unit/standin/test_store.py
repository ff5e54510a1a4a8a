from pathlib import Path

from sandbox.standin import Store


def test_state_survives_a_process_that_never_closed_its_file(tmp_path: Path) -> None:
    path = tmp_path / "state" / "ayrshare.jsonl"
    first = Store(path)
    first.put("posts", "a", {"text": "one"})
    first.put("posts", "b", {"text": "two"})
    first.put("posts", "a", {"text": "changed"})
    first.delete("posts", "b")

    second = Store(path)
    assert second.values("posts") == [{"text": "changed"}]
    second.close()
    first.close()


def test_partial_line_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "state.jsonl"
    store = Store(path)
    store.put("posts", "a", 1)
    store.close()
    with path.open("ab") as file:
        file.write(b'{"t":"posts","k":"b","v"')

    reopened = Store(path)
    reopened.put("posts", "c", 3)
    reopened.close()
    again = Store(path)
    again.close()
    assert dict(again.items("posts")) == {"a": 1, "c": 3}


def test_clear_also_empties_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state.jsonl"
    store = Store(path)
    store.put("posts", "a", 1)
    store.put("config", "changes", {})
    store.clear(keep=("config",))
    store.close()
    again = Store(path)
    again.close()
    assert again.values("posts") == []
    assert again.get("config", "changes") == {}
