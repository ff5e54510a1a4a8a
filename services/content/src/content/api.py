from common.http import create_app
from fastapi import FastAPI

from content.brand import routes as brand
from content.briefs import routes as briefs
from content.factory import ProcessContext
from content.generations import routes as generations
from content.items import routes as items
from content.rewriting import routes as rewriting
from content.usage import routes as usage

_TAGS = {
    "Briefs": "A short brief for each month: its goal, its tone and an optional offer.",
    "Brand": "What the business's website says about it, as read by PulseWorks and corrected by its users.",
    "Generation": "Make the posts of a month from its brief, in the background, and follow the progress.",
    "Usage": "What the account has used in its billing period, and what is left of it.",
    "Content": "The posts as content items: read, edit, regenerate and approve them. Approved ones can be scheduled.",
}


def create_api(context: ProcessContext) -> FastAPI:
    return create_app(
        title="PulseWorks content",
        description="Monthly briefs, the brand profile, generation, and posts up to their approval.",
        service="content",
        context=context,
        tags=_TAGS,
        # generations and usage before items: otherwise `/api/content/{content_id}` matches their paths
        routers=[
            briefs.router,
            brand.router,
            generations.router,
            generations.stream_router,
            usage.router,
            items.router,
            items.image_router,
            rewriting.router,
        ],
    )
