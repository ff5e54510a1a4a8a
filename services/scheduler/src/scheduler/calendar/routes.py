from typing import Annotated

from common.auth import Permission
from common.errors import ForbiddenError
from common.http import PlainRouter, Router, public, raises, requires
from common.http.conditional import entity_tag, is_known
from fastapi import Header, Path, Request, Response, status

from scheduler.calendar.errors import CalendarNotFoundError
from scheduler.calendar.schemas import CalendarAddressOut, CalendarFeedOut
from scheduler.dependencies import FactoryDep, Writer
from scheduler.factory import Factory, ProcessContext

router = Router(prefix="/api/schedule", tags=["Calendar"])
secrets_router = PlainRouter(prefix="/api/schedule", tags=["Calendar"])

IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="`ETag` of an earlier response. The response is 304 if the calendar is still the same.",
    ),
]


class CalendarResponse(Response):
    """iCalendar, RFC 5545."""

    media_type = "text/calendar"


@router.get(
    "/calendar.ics",
    summary="Get the calendar",
    dependencies=[requires(Permission.SCHEDULE_READ), raises()],
    response_class=CalendarResponse,
)
async def get_calendar(factory: FactoryDep, if_none_match: IfNoneMatch = None) -> Response:
    """Return the schedule as iCalendar: upcoming posts, and those of the last 90 days."""
    return _respond(await factory.calendar().calendar(), if_none_match)


@router.get(
    "/calendar/{token}.ics",
    summary="Get the calendar by its secret URL",
    dependencies=[public(), raises(CalendarNotFoundError)],
    response_class=CalendarResponse,
)
async def get_calendar_by_address(
    token: Annotated[str, Path(max_length=100, description="The token in the secret URL.")],
    factory: FactoryDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return the same calendar to a calendar program, which has no access token: the URL itself is the secret."""
    return _respond(await factory.calendar().calendar_of(token), if_none_match)


@router.get(
    "/calendar",
    summary="Check for a secret calendar URL",
    dependencies=[requires(Permission.SCHEDULE_READ), raises(CalendarNotFoundError)],
)
async def get_calendar_address(factory: FactoryDep) -> CalendarFeedOut:
    """Return when the secret calendar URL was created, and by whom; 404 if there is none. The URL is not returned."""
    return CalendarFeedOut.of(await factory.calendar().feed())


# a PlainRouter: a Router would store the response, and so the secret, under the Idempotency-Key
@secrets_router.post(
    "/calendar",
    summary="Create a secret calendar URL",
    status_code=status.HTTP_201_CREATED,
    dependencies=[raises(ForbiddenError)],
)
async def create_calendar_address(request: Request, principal: Writer) -> CalendarAddressOut:
    """Create a secret URL under which calendar programs can read the schedule. An earlier URL stops working."""
    context: ProcessContext = request.app.state.context
    async with context.database.transaction(principal.account_id) as session:
        feed, token = await Factory(context, session).calendar().create_address(principal)
    url = f"{context.settings.public_api_url or ''}/api/schedule/calendar/{token}.ics"
    return CalendarAddressOut(**dict(CalendarFeedOut.of(feed)), url=url)


@router.delete(
    "/calendar",
    summary="Delete the secret calendar URL",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[raises()],
)
async def delete_calendar_address(principal: Writer, factory: FactoryDep) -> None:
    """Delete the secret calendar URL, which stops working. The response is also 204 if there is none."""
    await factory.calendar().delete_address(principal)


def _respond(calendar: bytes, if_none_match: str | None) -> Response:
    tag = entity_tag(calendar)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if is_known(tag, if_none_match):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="posts.ics"'
    return CalendarResponse(calendar, headers=headers)
