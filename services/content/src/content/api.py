from common.http import create_app
from fastapi import FastAPI

from content.brand import routes as brand
from content.briefs import routes as briefs
from content.factory import ProcessContext
from content.generations import routes as generations
from content.items import routes as items
from content.rewriting import routes as rewriting

__all__ = ["create_api"]


def create_api(context: ProcessContext) -> FastAPI:
    return create_app(
        title="PulseWorks content",
        description="Monthly briefs, the brand, generation, and posts up to their approval.",
        service="content",
        context=context,
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
