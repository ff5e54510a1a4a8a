from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Page, PageQuery, Router, raises, requires
from fastapi import Body, Path, Query

from publisher.deliveries.errors import DeliveryBusyError, DeliveryNotFoundError, DeliveryNotUnknownError
from publisher.deliveries.schemas import DeliveryDetail, DeliveryOut, Resolution, delivery_detail, delivery_out
from publisher.dependencies import FactoryDep
from publisher.protocol.states import Status

router = Router(prefix="/api/social/deliveries", tags=["Deliveries"])

DeliveryId = Annotated[UUID, Path(description="Id of the delivery.")]


@router.get("", dependencies=[requires(Permission.SOCIAL_READ), raises()], summary="List deliveries")
async def list_deliveries(
    factory: FactoryDep,
    page: PageQuery,
    status: Annotated[Status | None, Query(description="Only deliveries with this status.")] = None,
) -> Page[DeliveryOut]:
    """List deliveries, newest first. A schedule item gets one when it is due, unless it is held back or cancelled."""
    rows = await factory.deliveries().page(status, page)
    return Page.of(rows, page, item=delivery_out, key=lambda delivery: (delivery.id,))


@router.get(
    "/{delivery_id}",
    dependencies=[requires(Permission.SOCIAL_READ), raises(DeliveryNotFoundError)],
    summary="Get a delivery",
)
async def get_delivery(factory: FactoryDep, delivery_id: DeliveryId) -> DeliveryDetail:
    """Return a delivery, with each call to Ayrshare, the posting provider, that was made for it."""
    return delivery_detail(*await factory.deliveries().get(delivery_id))


@router.post(
    "/{delivery_id}/resolve",
    dependencies=[raises(DeliveryNotFoundError, DeliveryNotUnknownError, DeliveryBusyError)],
    summary="Resolve a delivery with an unknown outcome",
)
async def resolve_delivery(
    factory: FactoryDep,
    principal: Annotated[Principal, requires(Permission.SOCIAL_RESOLVE)],
    delivery_id: DeliveryId,
    resolution: Annotated[Resolution, Body()],
) -> DeliveryOut:
    """Say that the post of a delivery with the status `unknown` is live, or have it sent again.

    Look at the platform first: if the post is live and is sent again, it may appear twice. If it is
    not live and is not to be sent again, leave the delivery `unknown`, or choose `send_again` after `expires_at`: then
    nothing is sent, and the delivery becomes `failed`.
    """
    return delivery_out(await factory.deliveries().resolve(delivery_id, resolution, principal))
