from pathlib import Path

import pytest
from sandbox.stack.ports import RESERVED, free_port, free_ports
from sandbox.stack.rabbitmq_packages import cache_folder


def test_the_environment_sets_the_cache_folder() -> None:
    assert cache_folder({"HOME": "/home/a"}) == Path("/home/a/.cache/pulseworks/rabbitmq")
    assert cache_folder({"HOME": "/home/a", "XDG_CACHE_HOME": "/c"}) == Path("/c/pulseworks/rabbitmq")
    assert cache_folder({"HOME": "/home/a", "PULSEWORKS_CACHE": "/p"}) == Path("/p/rabbitmq")


@pytest.mark.parametrize("home", ["/home/a b", "/home/o'brien", "/home/$x"])
def test_a_cache_path_that_rabbitmqs_scripts_can_not_handle_is_replaced(home: str) -> None:
    folder = cache_folder({"HOME": home})

    assert home not in str(folder)
    assert " " not in str(folder)


def test_ports_are_different_and_never_reserved() -> None:
    found = free_ports(50)

    assert len(set(found)) == 50
    assert not RESERVED & set(found)
    assert free_port(5432) != 5432
    assert free_port(found[0], taken=found) not in found
