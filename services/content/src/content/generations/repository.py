from datetime import datetime
from typing import Any
from uuid import UUID

from common.database import Repository
from sqlalchemy import func, select

from content.models import ContentItem, Generation, GenerationPost, GenerationProgress


class GenerationRepository(Repository[Generation]):
    model = Generation

    async def posts(self, generation_id: UUID) -> list[GenerationPost]:
        statement = (
            select(GenerationPost)
            .where(GenerationPost.generation_id == generation_id)
            .order_by(GenerationPost.position)
        )
        return list((await self.session.execute(statement)).scalars())

    def add_post(self, post: GenerationPost) -> None:
        self.session.add(post)

    async def lock_post(self, post_id: UUID) -> GenerationPost:
        statement = select(GenerationPost).where(GenerationPost.id == post_id).with_for_update()
        return (await self.session.execute(statement)).scalar_one()

    async def count_items(self, month: str) -> int:
        statement = select(func.count()).select_from(ContentItem).where(ContentItem.month == month)
        return int((await self.session.execute(statement)).scalar_one())

    async def add_progress(self, generation: Generation, kind: str, data: dict[str, Any], created_at: datetime) -> None:
        """Append to the generation's progress; the lock on its row gives each entry its number."""
        await self.lock(generation.id)
        last = select(func.coalesce(func.max(GenerationProgress.number), 0)).where(
            GenerationProgress.generation_id == generation.id
        )
        number = int((await self.session.execute(last)).scalar_one()) + 1
        self.session.add(
            GenerationProgress(
                account_id=generation.account_id,
                generation_id=generation.id,
                number=number,
                kind=kind,
                data=data,
                created_at=created_at,
            )
        )

    async def progress_after(self, generation_id: UUID, number: int) -> list[GenerationProgress]:
        statement = (
            select(GenerationProgress)
            .where(GenerationProgress.generation_id == generation_id, GenerationProgress.number > number)
            .order_by(GenerationProgress.number)
        )
        return list((await self.session.execute(statement)).scalars())
