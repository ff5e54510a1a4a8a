from datetime import datetime
from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Page, PageQuery, Router, requires
from fastapi import Body, Query, Response, status
from pulseworks_contracts import Platform

from scheduler.dependencies import FactoryDep
from scheduler.items.repository import Calendar
from scheduler.items.schemas import ItemDetail, ItemOut, MoveIn, Resolution, ScheduledOut, ScheduleIn
from scheduler.models import ItemStatus
from scheduler.planning.schemas import ALREADY_SCHEDULED, Month

router = Router(prefix="/api/schedule", tags=["Schedule"])

Writer = Annotated[Principal, requires(Permission.SCHEDULE_WRITE)]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={
        200: {
            "model": ScheduledOut,
            "description": "Nothing was scheduled; `refused` says why.",
            "content": {"application/json": {"example": {"created": [], "refused": [ALREADY_SCHEDULED]}}},
        }
    },
)
async def schedule(wanted: ScheduleIn, response: Response, principal: Writer, factory: FactoryDep) -> ScheduledOut:
    """Schedule a month as its plan shows, or single contents. 200 when nothing could be scheduled."""
    scheduling = factory.scheduling()
    if wanted.month is not None:
        result = await scheduling.schedule_month(wanted.month, principal)
    else:
        result = await scheduling.schedule_posts(wanted.items or [], principal)
    if not result.created:
        response.status_code = status.HTTP_200_OK
    return ScheduledOut(created=[ItemOut.of(item) for item in result.created], refused=result.refused)


@router.get("", dependencies=[requires(Permission.SCHEDULE_READ)])
async def list_items(
    *,
    factory: FactoryDep,
    page: PageQuery,
    month: Annotated[Month | None, Query(description="Times within this month on the account's calendar.")] = None,
    item_status: Annotated[ItemStatus | None, Query(alias="status")] = None,
    platform: Annotated[Platform | None, Query()] = None,
    at_risk: Annotated[
        bool | None, Query(description="True: waiting posts that would not go out as things are. False: all others.")
    ] = None,
) -> Page[ItemOut]:
    """List schedule items by their time."""
    after = page.after(datetime, UUID)
    rows = await factory.items().calendar(
        Calendar(status=item_status, platform=platform, at_risk=at_risk),
        month=month,
        after=None if after is None else (after[0], after[1]),
        limit=page.fetch,
    )
    return Page.of(rows, page, item=ItemOut.of, key=lambda item: (item.scheduled_for, item.id))


@router.get("/{item_id}", dependencies=[requires(Permission.SCHEDULE_READ)])
async def get_item(item_id: UUID, factory: FactoryDep) -> ItemDetail:
    """Return an item, what was frozen with it, and why it has its time."""
    return ItemDetail.of(await factory.items().get(item_id))


@router.post("/{item_id}/cancel")
async def cancel_item(item_id: UUID, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Cancel a post that still waits for its time."""
    return ItemDetail.of(await factory.items().cancel(item_id, principal))


@router.post("/{item_id}/move")
async def move_item(item_id: UUID, wanted: MoveIn, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Give a waiting post another time."""
    return ItemDetail.of(await factory.items().move(item_id, wanted.scheduled_for, principal))


@router.post("/{item_id}/publish-now")
async def publish_item_now(item_id: UUID, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Let a waiting post go out at once instead of at its time."""
    return ItemDetail.of(await factory.items().publish_now(item_id, principal))


@router.post("/{item_id}/pause")
async def pause_item(item_id: UUID, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Hold a waiting post back until it is resumed."""
    return ItemDetail.of(await factory.items().pause(item_id, principal))


@router.post("/{item_id}/resume")
async def resume_item(item_id: UUID, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """End the pause of a post: it goes out at its time, unless something else holds it, or the time went by."""
    return ItemDetail.of(await factory.items().resume(item_id, principal))


@router.post("/{item_id}/resolve")
async def resolve_item(
    item_id: UUID, resolution: Annotated[Resolution, Body()], principal: Writer, factory: FactoryDep
) -> ItemDetail:
    """Resolve an UNKNOWN post with the error `no_outcome`: it is live, or it is not and can be scheduled again."""
    return ItemDetail.of(await factory.items().resolve(item_id, resolution, principal))
