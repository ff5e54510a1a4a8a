from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, Router, public, requires
from common.http.conditional import entity_tag, is_known
from fastapi import Header, Path, Request, Response, status

from scheduler.calendar.schemas import CalendarAddressOut, CalendarFeedOut
from scheduler.dependencies import FactoryDep
from scheduler.factory import Factory, ProcessContext

router = Router(prefix="/api/schedule", tags=["Calendar"])
secrets_router = PlainRouter(prefix="/api/schedule", tags=["Calendar"])

Writer = Annotated[Principal, requires(Permission.SCHEDULE_WRITE)]
Known = Annotated[str | None, Header(alias="If-None-Match")]


class CalendarResponse(Response):
    """iCalendar, RFC 5545."""

    media_type = "text/calendar"


@router.get("/calendar.ics", dependencies=[requires(Permission.SCHEDULE_READ)], response_class=CalendarResponse)
async def get_calendar(factory: FactoryDep, known: Known = None) -> Response:
    """Return the schedule as a calendar: the next posts, and those of the last 90 days."""
    return _answer(await factory.calendar().calendar(), known)


@router.get("/calendar/{token}.ics", dependencies=[public()], response_class=CalendarResponse)
async def get_calendar_by_address(
    token: Annotated[str, Path(max_length=100)], factory: FactoryDep, known: Known = None
) -> Response:
    """Return the same for calendar programs, which can't sign in. The address is the secret."""
    return _answer(await factory.calendar().calendar_of(token), known)


@router.get("/calendar", dependencies=[requires(Permission.SCHEDULE_READ)])
async def get_calendar_address(factory: FactoryDep) -> CalendarFeedOut:
    """Tell whether the calendar has a secret address. The address itself is not kept."""
    return CalendarFeedOut.of(await factory.calendar().feed())


# not transactional: what it answers would be kept, in the clear, under the request's Idempotency-Key
@secrets_router.post("/calendar", status_code=status.HTTP_201_CREATED)
async def create_calendar_address(request: Request, principal: Writer) -> CalendarAddressOut:
    """Make the calendar's secret address, for calendar programs. A former address ends at once."""
    context: ProcessContext = request.app.state.context
    async with context.database.transaction(principal.account_id) as session:
        feed, token = await Factory(context, session).calendar().new_address(principal)
    url = f"{context.settings.public_api_url or ''}/api/schedule/calendar/{token}.ics"
    return CalendarAddressOut(**dict(CalendarFeedOut.of(feed)), url=url)


@router.delete("/calendar", status_code=status.HTTP_204_NO_CONTENT)
async def delete_calendar_address(principal: Writer, factory: FactoryDep) -> None:
    """End the calendar's secret address."""
    await factory.calendar().end_address(principal)


def _answer(calendar: bytes, known: str | None) -> Response:
    tag = entity_tag(calendar)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if is_known(tag, known):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="posts.ics"'
    return CalendarResponse(calendar, headers=headers)
