from common.http import create_app
from fastapi import FastAPI

from scheduler.calendar.routes import router as calendar
from scheduler.calendar.routes import secrets_router as calendar_secrets
from scheduler.factory import ProcessContext
from scheduler.items.routes import router as items
from scheduler.models import SERVICE
from scheduler.pauses.routes import router as pauses
from scheduler.planning.routes import router as planning
from scheduler.posting_rule.routes import router as posting_rule
from scheduler.scheduling.routes import router as scheduling
from scheduler.zone.routes import router as zone

_TAGS = {
    "Posting rule": "On which weekdays and in which part of the day the account posts.",
    "Schedule": "Plan a month, schedule it, and move, pause, cancel or publish single schedule items.",
    "Calendar": "The schedule as iCalendar. Calendar programs can subscribe to it under a secret URL.",
}


def create_api(context: ProcessContext) -> FastAPI:
    # items last: its route /{item_id} matches the paths of the others
    routers = [posting_rule, planning, zone, pauses, calendar, calendar_secrets, scheduling, items]
    return create_app(title="PulseWorks scheduler", service=SERVICE, context=context, tags=_TAGS, routers=routers)
