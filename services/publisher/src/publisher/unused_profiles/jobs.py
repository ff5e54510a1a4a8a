"""The due loop of profile checks: deletes at Ayrshare what nobody uses, after a grace time.

step     (transaction)  whether the profile is used; the status ``deleting`` is committed before the call
call     (request)      the deletion, or the search for a profile whose creation had no known result
finish   (transaction)  the profile and its connections have ended

A run that ends between call and finish leaves ``deleting``: the next one deletes again, and a profile that is gone
already counts as deleted.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from common.due import Done, DueLoop, DueRow, Outcome, Retry

from publisher.clients.ayrshare.errors import (
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
    ProfileKeyUnreadableError,
)
from publisher.connections.workflow import ConnectionWorkflow
from publisher.factory import ProcessContext
from publisher.models import PROFILE_CHECKS
from publisher.paced_calls.workflow import paced
from publisher.unused_profiles.rules import AskWhetherLinked, DeleteProfile, Finished, RemoveOrphan, Step, Wait

log = structlog.get_logger(__name__)

_AWAY_PAUSE = timedelta(minutes=10)
_REFUSED_PAUSE = timedelta(hours=1)


class ProfileCheckJob:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._connections = ConnectionWorkflow(context)

    async def run(self, row: DueRow) -> Outcome:
        """Check one profile, and delete it at Ayrshare if it has been unused for the grace time."""
        with structlog.contextvars.bound_contextvars(account_id=str(row.account_id), profile_id=str(row.id)):
            try:
                return await self._run(row)
            except AyrshareRateLimitedError as error:
                return Retry(timedelta(seconds=error.retry_after))
            except AyrshareUnavailableError as error:
                log.info("profile_check_waits", reason=str(error))
                return Retry(_AWAY_PAUSE)
            except (AyrshareRefusedError, ProfileKeyUnreadableError) as error:
                log.warning("profile_check_refused", reason=str(error))
                return Retry(_REFUSED_PAUSE)

    async def _run(self, row: DueRow) -> Outcome:
        step = await self._step(row)
        if isinstance(step, AskWhetherLinked):
            await self._connections.refresh(row.account_id)
            step = await self._step(row, asked=True)
        match step:
            case Wait(after):
                return Retry(after)
            case DeleteProfile():
                await self._delete(row.account_id, step)
                await self._finish(row)
            case RemoveOrphan(title):
                await self._delete_titled(title)
            case Finished() | AskWhetherLinked():
                pass
        return Done()

    async def _step(self, row: DueRow, *, asked: bool = False) -> Step:
        async with self._context.database.transaction(row.account_id) as session:
            return await self._context.factory(session).unused_profiles().next_step(row.id, asked=asked)

    async def _finish(self, row: DueRow) -> None:
        async with self._context.database.transaction(row.account_id) as session:
            await self._context.factory(session).unused_profiles().finish(row.id)
        log.info("provider_profile_deleted")

    async def _delete(self, account_id: UUID, profile: DeleteProfile) -> None:
        """Delete a profile, or find that it is gone. Raises Ayrshare's error if it is still there."""
        key, ayrshare = profile.key, self._context.ayrshare
        if key is None:
            await self._delete_titled(profile.title)
            return
        try:
            await paced(self._context, account_id, profile.ref_id, lambda: ayrshare.delete_profile(key))
        except AyrshareRefusedError:
            # an earlier run may have deleted it: then its key is not valid any more
            if await ayrshare.has_profile(title=profile.title):
                raise

    async def _delete_titled(self, title: str) -> None:
        if await self._context.ayrshare.has_profile(title=title):
            await self._context.ayrshare.delete_profile_titled(title)
            log.warning("orphaned_provider_profile_deleted", title=title)


def profile_check_loop(context: ProcessContext) -> DueLoop:
    return DueLoop(context.database, PROFILE_CHECKS, ProfileCheckJob(context).run, concurrency=1, batch=1)
