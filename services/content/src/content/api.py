from common.http import create_app
from fastapi import FastAPI

from content.brand import routes as brand
from content.briefs import routes as briefs
from content.factory import ProcessContext
from content.generations import routes as generations
from content.items import routes as items
from content.rewriting import routes as rewriting

__all__ = ["create_api"]

_TAGS = {
    "Briefs": "One short brief a month: what its posts are for, and the offer if there is one.",
    "Brand": "What PulseWorks reads from the website, with the corrections of the account.",
    "Generation": "Writes and draws the posts of a month from its brief. It runs in the background; watch it live.",
    "Content": "The posts: read, edit, rewrite, preview and approve them. Only approved posts can be scheduled.",
}


def create_api(context: ProcessContext) -> FastAPI:
    return create_app(
        title="PulseWorks content",
        description="Monthly briefs, the brand, generation, and posts up to their approval.",
        service="content",
        context=context,
        tags=_TAGS,
        # generations first: their path would otherwise be taken for the id of a post
        routers=[
            briefs.router,
            brand.router,
            generations.router,
            generations.stream_router,
            items.router,
            items.drawing_router,
            rewriting.router,
        ],
    )
