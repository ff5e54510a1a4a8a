"""What lives as long as the process, and the services of one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from common.auth import TokenVerifier
from common.clock import Clock, SystemClock
from common.database import Database, check_schema
from common.http import Check
from common.runtime.doctor import Diagnosis, only
from sqlalchemy.ext.asyncio import AsyncSession

from content.brand.repository import BrandRepository
from content.brand.service import BrandService
from content.briefs.repository import BriefRepository
from content.briefs.service import AllowedMonths, BriefService
from content.clients.language_model import LanguageModel
from content.clients.model_costs import TokenPrices
from content.clients.storage import Bucket, Storage
from content.clients.website.fetcher import WebsiteFetcher
from content.generation_runs.service import GenerationRunService
from content.generations.repository import GenerationRepository
from content.generations.service import GenerationService
from content.items.repository import ContentRepository, PlatformPostRepository
from content.items.rules import InstagramLimits
from content.items.service import ContentService
from content.media.service import ImageService
from content.outcomes.service import OutcomeService
from content.pictures.repository import PicturesRepository
from content.pictures.service import PictureService
from content.read_models.repository import AccountRepository, PlanTermsRepository, SubscriptionRepository
from content.rewriting.service import RewritingService
from content.settings import ContentSettings
from content.usage.repository import ModelCallRepository, UsageRepository
from content.usage.service import UsageService

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


@dataclass
class ProcessContext:
    settings: ContentSettings
    clock: Clock
    database: Database
    token_verifier: TokenVerifier
    fetcher: WebsiteFetcher
    language_model: LanguageModel
    images: ImageService

    @classmethod
    def create(
        cls, settings: ContentSettings, *, clock: Clock | None = None, token_verifier: TokenVerifier | None = None
    ) -> "ProcessContext":
        clock = clock or SystemClock()
        return cls(
            settings=settings,
            clock=clock,
            database=Database(
                settings.database_url.get_secret_value(), service="content", limits=settings.database_limits
            ),
            token_verifier=token_verifier or TokenVerifier.from_jwks(settings.identity_jwks_url, clock=clock),
            fetcher=WebsiteFetcher(allowed_hosts=settings.allowed_hosts),
            language_model=LanguageModel.connect(
                model=settings.openai_model,
                api_key=settings.openai_api_key.get_secret_value(),
                base_url=settings.openai_base_url,
                timeout_seconds=settings.openai_timeout_seconds,
                prices=TokenPrices(
                    settings.openai_input_price, settings.openai_cached_input_price, settings.openai_output_price
                ),
            ),
            images=ImageService(Storage(_bucket(settings)), threads=settings.rendering_threads),
        )

    def diagnoses(self) -> Sequence[Diagnosis]:
        model, bucket = self.settings.openai_model, self.settings.s3_bucket
        return [
            Diagnosis(
                "OpenAI",
                only(self.language_model.check, f"accepts the key and knows {model}"),
                "correct OPENAI_API_KEY, OPENAI_BASE_URL or OPENAI_MODEL",
            ),
            Diagnosis(
                "storage",
                only(self.images.check_storage, f"the bucket {bucket} exists"),
                "create S3_BUCKET, or correct S3_ENDPOINT_URL, AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY",
            ),
        ]

    def readiness(self) -> Sequence[Check]:
        return [
            Check("database", self.database.ping),
            Check("schema", partial(check_schema, self.database, MIGRATIONS)),
        ]

    async def close(self) -> None:
        self.images.close()
        await self.language_model.close()
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

    def plan_terms(self) -> PlanTermsRepository:
        return PlanTermsRepository(self.session, self.context.clock)

    def usage(self) -> UsageService:
        return UsageService(
            UsageRepository(self.session),
            ModelCallRepository(self.session),
            self.context.clock,
            self.context.settings,
        )

    def pictures(self) -> PictureService:
        grace = timedelta(days=self.context.settings.picture_grace_days)
        return PictureService(PicturesRepository(self.session), self.context.clock, grace)

    def briefs(self) -> BriefService:
        return BriefService(BriefRepository(self.session), self._months())

    def brands(self) -> BrandService:
        return BrandService(BrandRepository(self.session), self.accounts(), self.usage(), self.context.clock)

    def generations(self) -> GenerationService:
        return GenerationService(
            GenerationRepository(self.session),
            BriefRepository(self.session),
            ContentRepository(self.session),
            self.usage(),
            self._months(),
            self.context.clock,
        )

    def generation_runs(self) -> GenerationRunService:
        return GenerationRunService(
            GenerationRepository(self.session),
            BriefRepository(self.session),
            ContentRepository(self.session),
            self.accounts(),
            self.brands(),
            self.usage(),
            self.pictures(),
            clock=self.context.clock,
            max_hashtags=self.context.settings.instagram_hashtags,
        )

    def items(self) -> ContentService:
        settings = self.context.settings
        return ContentService(
            ContentRepository(self.session),
            PlatformPostRepository(self.session),
            self.context.clock,
            InstagramLimits(hashtags=settings.instagram_hashtags, mentions=settings.instagram_mentions),
            self.pictures(),
        )

    def rewriting(self) -> RewritingService:
        return RewritingService(
            self.items(),
            ContentRepository(self.session),
            BriefRepository(self.session),
            BrandRepository(self.session),
            GenerationRepository(self.session),
        )

    def _months(self) -> AllowedMonths:
        return AllowedMonths(self.accounts(), self.context.clock, self.context.settings.months_ahead)

    def outcomes(self) -> OutcomeService:
        return OutcomeService(ContentRepository(self.session), PlatformPostRepository(self.session), self.pictures())


def _bucket(settings: ContentSettings) -> Bucket:
    return Bucket(
        name=settings.s3_bucket,
        region=settings.s3_region,
        public_base_url=settings.s3_public_base_url,
        endpoint_url=settings.s3_endpoint_url,
        object_acl=settings.s3_object_acl,
        access_key_id=settings.aws_access_key_id.get_secret_value(),
        secret_access_key=settings.aws_secret_access_key.get_secret_value(),
    )
