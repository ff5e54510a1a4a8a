from pathlib import Path

import pytest
from rich.console import Console
from sandbox.running import Addresses
from sandbox.subscribing import LANGUAGES, approvals, command, subscriber


async def test_without_a_running_system_both_commands_say_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await approvals(tmp_path, Console()) == 1
    assert "make run" in capsys.readouterr().out


def test_the_example_names_the_address_that_does_not_respond(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Addresses(gateway="", website="", amqp="amqp://guest:guest@127.0.0.1:1/", database="").save(tmp_path)
    with pytest.raises(SystemExit) as ended:
        subscriber(tmp_path, "faststream", Console(width=200))
    assert ended.value.code == 1
    assert "127.0.0.1:1/" in (said := capsys.readouterr().out)
    assert "make run" in said


def test_an_unknown_language_is_refused_with_the_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        subscriber(tmp_path, "cobol", Console(width=200))
    said = capsys.readouterr().out
    assert all(language in said for language in LANGUAGES)


def test_the_addresses_are_readable_only_by_their_owner_and_removed_afterwards(tmp_path: Path) -> None:
    addresses = Addresses(gateway="http://g", website="http://w", amqp="amqp://u:p@h/", database="postgresql://u:p@h/d")
    addresses.save(tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert Addresses.load(tmp_path) == addresses
    Addresses.remove(tmp_path)
    assert not file.exists()


def test_every_python_example_exists() -> None:
    for language in ("faststream", "aio-pika"):
        assert Path(command(language)[-1]).is_file()
