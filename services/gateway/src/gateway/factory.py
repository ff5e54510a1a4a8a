from collections.abc import Sequence
from dataclasses import dataclass

from common.auth import JwksKeySource, TokenVerifier
from common.clock import SystemClock
from common.http import Check

from gateway.clients.forwarder import Forwarder
from gateway.recent_writes.service import RecentWrites
from gateway.revocation.service import RevocationList
from gateway.settings import GatewaySettings


@dataclass
class ProcessContext:
    """Objects that live as long as the process. The gateway has no database."""

    settings: GatewaySettings
    token_verifier: TokenVerifier
    revocations: RevocationList
    forwarder: Forwarder
    recent_writes: RecentWrites

    @classmethod
    def create(cls, settings: GatewaySettings) -> "ProcessContext":
        clock = SystemClock()
        return cls(
            settings=settings,
            token_verifier=TokenVerifier(JwksKeySource(settings.jwks_url), clock=clock),
            revocations=RevocationList(clock),
            forwarder=Forwarder(
                connect_seconds=settings.upstream_connect_seconds,
                silence_seconds=settings.upstream_silence_seconds,
                max_body_bytes=settings.max_body_bytes,
            ),
            recent_writes=RecentWrites(clock),
        )

    def readiness(self) -> Sequence[Check]:
        # A service that is down fails its own paths only. The worker adds the check of the revocation feed.
        return []

    async def close(self) -> None:
        await self.forwarder.close()
        await self.token_verifier.close()
