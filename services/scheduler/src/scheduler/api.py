from common.http import create_app
from fastapi import FastAPI

from scheduler.factory import ProcessContext
from scheduler.items.routes import router as items
from scheduler.models import SERVICE
from scheduler.planning.routes import router as planning
from scheduler.rules.routes import router as rules


def create_api(context: ProcessContext) -> FastAPI:
    # rule and plan stand before the routes of items, whose ids would match them
    return create_app(title="PulseWorks scheduler", service=SERVICE, context=context, routers=[rules, planning, items])
