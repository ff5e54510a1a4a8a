"""M4: every address of a name is checked, and the connection uses a checked address."""

from collections.abc import Sequence

import httpcore2
import pytest
from content.clients.website.errors import WebsiteAddressNotPublicError, WebsiteError, WebsiteUnreachableError
from content.clients.website.network import PinnedBackend
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.invariant("M4")

PUBLIC = "93.184.215.14"
PUBLIC_IPV6 = "2606:4700:4700::1111"


class RecordingDial(httpcore2.AsyncMockBackend):
    def __init__(self, unreachable: frozenset[str] = frozenset()) -> None:
        super().__init__([])
        self.dialled: list[tuple[str, int]] = []
        self._unreachable = unreachable

    async def connect_tcp(
        self, host: str, port: int, *_args: object, **_kwargs: object
    ) -> httpcore2.AsyncNetworkStream:
        self.dialled.append((host, port))
        if host in self._unreachable:
            raise httpcore2.ConnectError(host)
        return await super().connect_tcp(host, port)


class Names:
    """Answers each look-up with the next list, like a rebinding name server."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0)


def backend(names: Names, dial: RecordingDial, *allowed: tuple[str, int]) -> PinnedBackend:
    return PinnedBackend(allowed_hosts=frozenset(allowed), resolve=names, dial=dial)


async def test_the_checked_address_is_dialled_after_a_single_look_up() -> None:
    names, dial = Names([PUBLIC], ["127.0.0.1"]), RecordingDial()
    await backend(names, dial).connect_tcp("rebinding.example", 80)
    assert dial.dialled == [(PUBLIC, 80)]
    assert names.asked == ["rebinding.example."]


async def test_each_answer_of_a_rebinding_name_server_is_checked() -> None:
    names, dial = Names([PUBLIC], ["127.0.0.1"]), RecordingDial()
    pinned = backend(names, dial)
    await pinned.connect_tcp("rebinding.example", 80)
    with pytest.raises(WebsiteAddressNotPublicError):
        await pinned.connect_tcp("rebinding.example", 80)
    assert dial.dialled == [(PUBLIC, 80)]


@given(
    public=st.lists(st.sampled_from([PUBLIC, PUBLIC_IPV6, "1.1.1.1"]), max_size=4),
    private=st.sampled_from(["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fd00::1"]),
    data=st.data(),
)
async def test_one_private_address_refuses_the_whole_name(public: list[str], private: str, data: st.DataObject) -> None:
    addresses = data.draw(st.permutations([*public, private]))
    dial = RecordingDial()
    with pytest.raises(WebsiteAddressNotPublicError):
        await backend(Names(addresses), dial).connect_tcp("mixed.example", 443)
    assert dial.dialled == []


@pytest.mark.parametrize("literal", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1"])
async def test_a_private_address_in_the_url_is_refused_without_a_look_up(literal: str) -> None:
    names, dial = Names(), RecordingDial()
    with pytest.raises(WebsiteAddressNotPublicError):
        await backend(names, dial).connect_tcp(literal, 80)
    assert (names.asked, dial.dialled) == ([], [])


async def test_the_allow_list_covers_one_host_and_port() -> None:
    dial = RecordingDial()
    pinned = backend(Names(["127.0.0.1"], ["127.0.0.1"]), dial, ("localhost", 8090))
    await pinned.connect_tcp("localhost", 8090)
    with pytest.raises(WebsiteAddressNotPublicError):
        await pinned.connect_tcp("localhost", 80)
    assert dial.dialled == [("127.0.0.1", 8090)]


async def test_the_next_checked_address_is_tried_after_a_failure() -> None:
    dial = RecordingDial(unreachable=frozenset({PUBLIC_IPV6}))
    await backend(Names([PUBLIC_IPV6, PUBLIC]), dial).connect_tcp("two.example", 443)
    assert dial.dialled == [(PUBLIC_IPV6, 443), (PUBLIC, 443)]


async def test_only_a_few_addresses_of_a_name_are_tried() -> None:
    addresses = [f"93.184.215.{last}" for last in range(50)]
    dial = RecordingDial(unreachable=frozenset(addresses))
    with pytest.raises(httpcore2.ConnectError):
        await backend(Names(addresses), dial).connect_tcp("many.example", 443)
    assert len(dial.dialled) == 4


async def test_a_name_without_an_address_is_reported() -> None:
    with pytest.raises(WebsiteUnreachableError, match="no address"):
        await backend(Names([]), RecordingDial()).connect_tcp("empty.example", 443)


async def test_local_sockets_are_refused() -> None:
    with pytest.raises(WebsiteError):
        await backend(Names(), RecordingDial()).connect_unix_socket("/var/run/docker.sock")
