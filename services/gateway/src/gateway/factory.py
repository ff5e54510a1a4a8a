from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from common.auth import JwksKeySource, TokenVerifier
from common.clock import SystemClock
from common.http import Check, ClientAddresses
from common.runtime.doctor import Diagnosis, keys, only

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
    client_addresses: ClientAddresses
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
            client_addresses=ClientAddresses(settings.trusted_proxies, settings.trusted_proxy_header),
            recent_writes=RecentWrites(clock),
        )

    def diagnoses(self) -> Sequence[Diagnosis]:
        upstreams = [
            Diagnosis(
                name,
                only(partial(self.forwarder.check, url), "answers"),
                f"start {name}, or correct {name.upper()}_URL",
            )
            for name, url in self.settings.upstreams.items()
        ]
        return [keys(self.settings.jwks_url), *upstreams]

    def readiness(self) -> Sequence[Check]:
        # A service that is down fails its own paths only.
        return [Check("revocations", self.revocations.check_fed)]

    async def close(self) -> None:
        await self.forwarder.close()
        await self.token_verifier.close()
