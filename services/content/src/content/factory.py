"""What lives as long as the process, and how the services of one transaction are made from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from common.auth import TokenVerifier
from common.clock import Clock, SystemClock
from common.database import Database, check_schema
from common.http import Check
from sqlalchemy.ext.asyncio import AsyncSession

from content.brand.repository import BrandRepository
from content.brand.service import BrandService
from content.briefs.repository import BriefRepository
from content.briefs.service import BriefService
from content.clients.storage import Storage
from content.clients.website import WebsiteFetcher
from content.clients.writer import Writer
from content.generations.repository import GenerationRepository
from content.generations.service import GenerationService
from content.items.outcomes import OutcomeService
from content.items.payloads import InstagramLimits
from content.items.repository import ContentRepository, PlatformPostRepository
from content.items.service import ContentService
from content.media.designs import DesignService
from content.media.studio import Studio
from content.read_models.repository import AccountRepository, SubscriptionRepository
from content.rewriting.service import RewritingService
from content.settings import ContentSettings

__all__ = ["MIGRATIONS", "Factory", "ProcessContext"]

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


@dataclass
class ProcessContext:
    settings: ContentSettings
    clock: Clock
    database: Database
    token_verifier: TokenVerifier
    fetcher: WebsiteFetcher
    writer: Writer
    studio: Studio

    @classmethod
    def create(
        cls, settings: ContentSettings, *, clock: Clock | None = None, token_verifier: TokenVerifier | None = None
    ) -> "ProcessContext":
        clock = clock or SystemClock()
        return cls(
            settings=settings,
            clock=clock,
            database=Database(settings.database_url.get_secret_value(), service="content"),
            token_verifier=token_verifier or TokenVerifier.from_jwks(settings.identity_jwks_url, clock=clock),
            fetcher=WebsiteFetcher(allowed_hosts=settings.allowed_hosts),
            writer=Writer(settings),
            studio=Studio(Storage(settings), threads=settings.rendering_threads),
        )

    def readiness(self) -> Sequence[Check]:
        return [
            Check("database", self.database.ping),
            Check("schema", partial(check_schema, self.database, MIGRATIONS)),
        ]

    async def close(self) -> None:
        self.studio.close()
        await self.writer.close()
        await self.fetcher.aclose()
        await self.token_verifier.close()
        await self.database.close()


class Factory:
    """The services of one transaction."""

    def __init__(self, context: ProcessContext, session: AsyncSession) -> None:
        self.context = context
        self.session = session

    def accounts(self) -> AccountRepository:
        return AccountRepository(self.session)

    def subscriptions(self) -> SubscriptionRepository:
        return SubscriptionRepository(self.session)

    def briefs(self) -> BriefService:
        return BriefService(
            BriefRepository(self.session), ContentRepository(self.session), GenerationRepository(self.session)
        )

    def brands(self) -> BrandService:
        return BrandService(BrandRepository(self.session), self.accounts(), self.context.clock)

    def generations(self) -> GenerationService:
        return GenerationService(
            GenerationRepository(self.session),
            BriefRepository(self.session),
            ContentRepository(self.session),
            self.subscriptions(),
            self.context.clock,
        )

    def items(self) -> ContentService:
        settings = self.context.settings
        return ContentService(
            ContentRepository(self.session),
            PlatformPostRepository(self.session),
            self.context.clock,
            InstagramLimits(hashtags=settings.instagram_hashtags, mentions=settings.instagram_mentions),
        )

    def designs(self) -> DesignService:
        return DesignService(BrandRepository(self.session))

    def rewriting(self) -> RewritingService:
        return RewritingService(
            self.items(),
            ContentRepository(self.session),
            BriefRepository(self.session),
            BrandRepository(self.session),
            GenerationRepository(self.session),
        )

    def outcomes(self) -> OutcomeService:
        return OutcomeService(ContentRepository(self.session), PlatformPostRepository(self.session))
