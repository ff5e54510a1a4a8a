from datetime import datetime
from typing import Annotated
from uuid import UUID

from common.auth import Permission
from common.http import Page, PageQuery, Router, raises, requires
from fastapi import Body, Path, Query
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

ItemId = Annotated[UUID, Path(description="Id of the schedule item.")]


@router.get("", summary="List schedule items", dependencies=[requires(Permission.SCHEDULE_READ), raises()])
async def list_items(
    *,
    factory: FactoryDep,
    page: PageQuery,
    month: Annotated[
        Month | None, Query(description="Only items in this month, `YYYY-MM` in the account's time zone.")
    ] = None,
    item_status: Annotated[ItemStatus | None, Query(alias="status", description="Only items with this status.")] = None,
    platform: Annotated[Platform | None, Query(description="Only items for this platform.")] = None,
    at_risk: Annotated[
        bool | None,
        Query(
            description="True: only items with a problem that would keep them from being published (`at_risk`). False: "
            "only the others."
        ),
    ] = None,
) -> Page[ItemOut]:
    """List schedule items, earliest first."""
    after = page.after(datetime, UUID)
    rows = await factory.items().page(
        ItemFilter(status=item_status, platform=platform, at_risk=at_risk),
        month=month,
        after=None if after is None else (after[0], after[1]),
        limit=page.fetch,
    )
    return Page.of(rows, page, item=ItemOut.of, key=lambda item: (item.scheduled_for, item.id))


@router.get(
    "/{item_id}",
    summary="Get a schedule item",
    dependencies=[requires(Permission.SCHEDULE_READ), raises(ItemNotFoundError)],
)
async def get_item(item_id: ItemId, factory: FactoryDep) -> ItemDetail:
    """Return a schedule item with exactly what is posted, on which account, and why at this time."""
    return ItemDetail.of(await factory.items().get(item_id))


@router.post(
    "/{item_id}/cancel",
    summary="Cancel a schedule item",
    dependencies=[raises(AlreadyHandedOverError, ItemFinishedError, ItemNotFoundError)],
)
async def cancel_item(item_id: ItemId, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Cancel a QUEUED or PARKED item: it is never published. Its content item can be scheduled again."""
    return ItemDetail.of(await factory.items().cancel(item_id, principal))


@router.post(
    "/{item_id}/move",
    summary="Move a schedule item",
    dependencies=[
        raises(
            AlreadyHandedOverError,
            ItemFinishedError,
            ItemNotFoundError,
            ItemParkedError,
            SlotTakenError,
            TimeInPastError,
            TimeTooFarError,
        )
    ],
)
async def move_item(item_id: ItemId, body: MoveIn, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Move a QUEUED item to another time."""
    return ItemDetail.of(await factory.items().move(item_id, body.scheduled_for, principal))


@router.post(
    "/{item_id}/publish-now",
    summary="Publish a schedule item now",
    dependencies=[
        raises(
            AlreadyHandedOverError,
            ContentNotApprovedError,
            ItemFinishedError,
            ItemNotFoundError,
            ItemParkedError,
            SlotTakenError,
        )
    ],
)
async def publish_item_now(item_id: ItemId, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Publish a QUEUED item now instead of at its time. Its outcome appears in the item some seconds later."""
    return ItemDetail.of(await factory.items().publish_now(item_id, principal))


@router.post(
    "/{item_id}/pause",
    summary="Pause a schedule item",
    dependencies=[raises(AlreadyHandedOverError, ItemFinishedError, ItemNotFoundError)],
)
async def pause_item(item_id: ItemId, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """Hold back a QUEUED or PARKED item until it is resumed. It is then PARKED."""
    return ItemDetail.of(await factory.items().pause(item_id, principal))


@router.post(
    "/{item_id}/resume",
    summary="Resume a schedule item",
    dependencies=[raises(AlreadyHandedOverError, ItemFinishedError, ItemNotFoundError)],
)
async def resume_item(item_id: ItemId, principal: Writer, factory: FactoryDep) -> ItemDetail:
    """End the pause of an item.

    It becomes QUEUED again, stays PARKED if it is held back for another reason, and becomes MISSED if its time has
    passed.
    """
    return ItemDetail.of(await factory.items().resume(item_id, principal))


@router.post(
    "/{item_id}/resolve",
    summary="Resolve a schedule item with an unknown outcome",
    dependencies=[raises(AlreadyHandedOverError, ItemAnsweredError, ItemNotFoundError)],
)
async def resolve_item(
    item_id: ItemId, resolution: Annotated[Resolution, Body()], principal: Writer, factory: FactoryDep
) -> ItemDetail:
    """Say whether the post of an item is live, if PulseWorks could not learn that. Look at the platform first.

    Only for items with the status UNKNOWN and the error `no_outcome`. If an item is UNKNOWN with another error, resolve
    its delivery with `POST /api/social/deliveries/{delivery_id}/resolve`; it is the one in
    `GET /api/social/deliveries?status=unknown` that has this item's id as `schedule_item_id`.
    """
    return ItemDetail.of(await factory.items().resolve(item_id, resolution, principal))
