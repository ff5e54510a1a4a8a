"""Wiring of the stand-in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.routing import Route

from sandbox.ayrshare.agenda import Agenda
from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.control import Control
from sandbox.ayrshare.gate import Gate
from sandbox.ayrshare.history import History
from sandbox.ayrshare.linking import PATH, Linking
from sandbox.ayrshare.media import Media
from sandbox.ayrshare.post_store import PostStore
from sandbox.ayrshare.profile_calls import ProfileCalls
from sandbox.ayrshare.profiles import Profiles
from sandbox.ayrshare.publishing import Publishing
from sandbox.ayrshare.routes import Api
from sandbox.ayrshare.webhooks import Webhooks
from sandbox.standin import StandIn, Store


def create_ayrshare(config: AyrshareConfig, store: Store | None = None) -> StandIn[AyrshareConfig]:
    """Return the stand-in as an ASGI app. Its API is below `/api`."""
    standin = StandIn("ayrshare", config, store)
    agenda = Agenda(standin.clock)
    profiles = Profiles(standin)
    post_store = PostStore(standin)
    media = Media(standin)
    webhooks = Webhooks(standin, profiles, agenda)
    linking = Linking(standin, profiles, webhooks)
    publishing = Publishing(
        standin, profiles=profiles, post_store=post_store, media=media, webhooks=webhooks, agenda=agenda
    )
    gate = Gate(standin, profiles)
    history = History(standin, post_store)
    profile_calls = ProfileCalls(standin, profiles, linking)
    api = Api(standin, gate, profile_calls, post_store, publishing, history, webhooks, linking)
    control = Control(profiles, post_store, publishing, webhooks, linking)
    standin.on_reset += [
        agenda.clear,
        profiles.load,
        post_store.load,
        media.clear,
        gate.clear,
        history.clear,
        profile_calls.clear,
        publishing.injected.clear,
    ]

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with media.open(), webhooks.open(), agenda.working():
            publishing.resume()
            webhooks.resume()
            yield

    pages = [Route(PATH, linking.show), Route(PATH, linking.submit, methods=["POST"])]
    standin.mount([*control.routes(), *api.routes(), *pages], running)
    return standin
