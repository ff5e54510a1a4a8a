from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Page, PageQuery, PlainRouter, Router, raises, requires
from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from identity.audit.repository import AuditFilter
from identity.audit.schemas import AuditEntry, AuditVerification
from identity.audit.workflow import export_ndjson
from identity.dependencies import CHECKS_SESSION, ContextDep, FactoryDep, live_session

_READ = requires(Permission.AUDIT_READ)
_log = Router(prefix="/api/audit", tags=["Audit log"], dependencies=[Depends(live_session)])
_streams = PlainRouter(prefix="/api/audit", tags=["Audit log"])


def _filter(
    event_type: Annotated[
        str | None,
        Query(max_length=64, description="Only entries of this type, such as `CONTENT_APPROVED`; see the list above."),
    ] = None,
    entity_type: Annotated[
        str | None,
        Query(
            max_length=100, description="Only entries about this kind of entity, such as `user`; see the list above."
        ),
    ] = None,
    entity_id: Annotated[
        str | None, Query(max_length=200, description="Only entries about the entity with this id.")
    ] = None,
    user_id: Annotated[UUID | None, Query(description="Only what this user did.")] = None,
) -> AuditFilter:
    return AuditFilter(event_type, entity_type, entity_id, user_id)


@_log.get("", summary="List the audit log", dependencies=[_READ, raises()])
async def list_audit(
    factory: FactoryDep, page: PageQuery, matching: Annotated[AuditFilter, Depends(_filter)]
) -> Page[AuditEntry]:
    """List the account's audit log, newest entry first.

    Values of `event_type`, by `entity_type`; more may be added:

    - `account`: `ACCOUNT_CREATED`, `ACCOUNT_UPDATED`, `SCHEDULE_PAUSED`, `SCHEDULE_RESUMED`,
      `CALENDAR_ADDRESS_CREATED`, `CALENDAR_ADDRESS_ENDED`
    - `user`: `USER_JOINED`, `USER_SIGNED_IN`, `SIGN_IN_FAILED`, `PASSWORD_CHANGED`, `USER_ROLE_CHANGED`,
      `USER_DEACTIVATED`, `USER_REACTIVATED`
    - `session`: `SESSION_REVOKED`
    - `invitation`: `USER_INVITED`, `INVITATION_WITHDRAWN`
    - `subscription`: `SUBSCRIPTION_CHANGED`
    - `further_subscription` (a second one that is paid at the same time): `FURTHER_SUBSCRIPTION_FOUND`,
      `FURTHER_SUBSCRIPTION_RESOLVED` (it has ended)
    - `generation`: `CONTENT_GENERATED`
    - `content_item`: `CONTENT_EDITED`, `CONTENT_REGENERATED`, `CONTENT_APPROVED`, `CONTENT_APPROVAL_WITHDRAWN`,
      `CONTENT_DELETED`
    - `schedule_item`: `POST_SCHEDULED`, `POST_MOVED`, `POST_PUBLISH_NOW`, `POST_PAUSED`, `POST_RESUMED`,
      `POST_PARKED`, `POST_CANCELLED`, `POST_MISSED`, `POST_AT_RISK`, `POST_OUTCOME_UNKNOWN`, `POST_RESOLVED`
    - `delivery`: `POST_ATTEMPTED`, `POST_PUBLISHED`, `POST_FAILED`, `POST_OUTCOME_UNKNOWN`, `DELIVERY_RESOLVED`;
      for a post that appeared on the wrong account `POST_WENT_ELSEWHERE`, `STRAY_POST_REMOVED`, `STRAY_POST_STAYS` (it
      could not be deleted)
    - `social_connection`: `SOCIAL_DISCONNECTED`
    - `publishing_profile`: `PROFILE_VERIFIED`, `PROFILE_NEEDS_RECONNECT`, `PROFILE_RECONNECTED`
    - `provider_profile` (the account's profile at Ayrshare): `PROFILE_PAUSED` (nothing is sent for some time,
      because Ayrshare refuses more calls), `PROFILE_KEY_REENCRYPTED` (maintenance by the operator),
      `PROVIDER_PROFILE_DELETED`

    `POST_OUTCOME_UNKNOWN` is logged for a delivery if the search for its post was inconclusive, and for a schedule
    item whose delivery never reported an outcome.
    """
    after = page.after(int)
    entries = await factory.audit().page(matching, before=after[0] if after else None, limit=page.fetch)
    return Page[AuditEntry].of(entries, page, item=AuditEntry.of, key=lambda entry: (entry.seq,))


@_log.get("/verify", summary="Verify the audit log", dependencies=[_READ, raises()])
async def verify_audit(factory: FactoryDep) -> AuditVerification:
    """Recompute the hash chain of the account's whole audit log, and report the first entry that does not fit."""
    return AuditVerification(**vars(await factory.audit().verify()))


@_streams.get(
    "/export",
    summary="Export the audit log",
    dependencies=[CHECKS_SESSION],
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
            "description": "One `AuditEntry` per line, oldest first.",
        }
    },
)
async def export_audit(context: ContextDep, principal: Annotated[Principal, _READ]) -> StreamingResponse:
    """Export the whole log as NDJSON, one `AuditEntry` per line, oldest first."""
    async with context.transaction(principal.account_id) as factory:
        await factory.sessions().require_live(principal)
        end = await factory.audit().head()
    headers = {"Content-Disposition": 'attachment; filename="audit.ndjson"', "Cache-Control": "no-store"}
    lines = export_ndjson(context, principal.account_id, end.seq)
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)


routers: list[APIRouter] = [_log, _streams]
