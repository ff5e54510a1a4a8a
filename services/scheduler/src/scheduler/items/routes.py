from datetime import datetime
from typing import Annotated
from uuid import UUID

from common.auth import Permission
from common.http import Page, PageQuery, Router, raises, requires
from fastapi import Body, Query
from pulseworks_contracts import Platform

from scheduler.dependencies import FactoryDep, Writer
from scheduler.items.errors import (
    AlreadyHandedOverError,
    ContentNotApprovedError,
    ItemAnsweredError,
    ItemFinishedError,
    ItemNotFoundError,
    ItemParkedError,
    SlotTakenError,
    TimeInPastError,
    TimeTooFarError,
)
from scheduler.items.repository import ItemFilter
from scheduler.items.schemas import ItemDetail, ItemOut, Month, MoveIn, Resolution
from scheduler.models import ItemStatus

router = Router(prefix="/api/schedule", tags=["Schedule"])


@router.get("", dependencies=[requires(Permission.SCHEDULE_READ), raises()])
async def list_items(
    *,
    factory: FactoryDep,
    page: PageQuery,
    month: Annotated[
        Month | None, Query(description="Only times within this month in the account's time zone.")
    ] = None,
    item_status: Annotated[ItemStatus | None, Query(alias="status")] = None,
    platform: Annotated[Platform | None, Query()] = None,
    at_risk: Annotated[
        bool | None, Query(description="True: queued posts whose last check failed. False: all others.")
    ] = None,
) -> Page[ItemOut]:
    """List schedule items by their time."""
    after = page.after(datetime, UUID)
    rows = await factory.items().page(
        ItemFilter(status=item_status, platform=platform, at_risk=at_risk),
        month=month,
        after=None if after is None else (after[0], after[1]),
        limit=page.fetch,
    )
    return Page.of(rows, page, item=ItemOut.of, key=lambda item: (item.scheduled_for, item.id))


@router.get("/{item_id}", dependencies=[requires(Permission.SCHEDULE_READ), raises(ItemNotFoundError)])
async def get_item(item_id: UUID, factory: FactoryDep) -> ItemDetail:
    """Return an item with everything that was frozen with it, and why it has this time."""
    return ItemDetail.of(await factory.items().get(item_id))


@router.post("/{item_id}/cancel", dependencies=[raises(ItemNotFoundError, ItemFinishedError, AlreadyHandedOverError)])
async def cancel_item(item_id: UUID, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Cancel a post that is queued or parked."""
    return ItemDetail.of(await factory.items().cancel(item_id, principal))


@router.post(
    "/{item_id}/move",
    dependencies=[
        raises(
            ItemNotFoundError,
            ItemFinishedError,
            AlreadyHandedOverError,
            ItemParkedError,
            SlotTakenError,
            TimeInPastError,
            TimeTooFarError,
        )
    ],
)
async def move_item(item_id: UUID, body: MoveIn, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Give a queued post another time."""
    return ItemDetail.of(await factory.items().move(item_id, body.scheduled_for, principal))


@router.post(
    "/{item_id}/publish-now",
    dependencies=[
        raises(
            ItemNotFoundError,
            ItemFinishedError,
            AlreadyHandedOverError,
            ItemParkedError,
            ContentNotApprovedError,
            SlotTakenError,
        )
    ],
)
async def publish_item_now(item_id: UUID, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Publish a queued post now instead of at its time."""
    return ItemDetail.of(await factory.items().publish_now(item_id, principal))


@router.post("/{item_id}/pause", dependencies=[raises(ItemNotFoundError, ItemFinishedError, AlreadyHandedOverError)])
async def pause_item(item_id: UUID, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Hold a post back until it is resumed."""
    return ItemDetail.of(await factory.items().pause(item_id, principal))


@router.post("/{item_id}/resume", dependencies=[raises(ItemNotFoundError, ItemFinishedError, AlreadyHandedOverError)])
async def resume_item(item_id: UUID, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Resume a paused post. It goes out at its time unless something else holds it back; past its time it is MISSED."""
    return ItemDetail.of(await factory.items().resume(item_id, principal))


@router.post("/{item_id}/resolve", dependencies=[raises(ItemNotFoundError, ItemAnsweredError)])
async def resolve_item(
    item_id: UUID, resolution: Annotated[Resolution, Body()], principal: Writer, factory: FactoryDep
) -> ItemDetail:
    """Resolve an UNKNOWN post with the error `no_outcome`: it is live, or it is not and can be scheduled again."""
    return ItemDetail.of(await factory.items().resolve(item_id, resolution, principal))
