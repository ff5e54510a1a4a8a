from datetime import datetime
from typing import Any
from uuid import UUID

from common.database import Repository
from sqlalchemy import func, select, update

from content.models import Generation, GenerationPost, GenerationProgress


class GenerationRepository(Repository[Generation]):
    model = Generation

    async def page(self, *, month: str | None, before: UUID | None, limit: int) -> list[Generation]:
        statement = select(Generation).order_by(Generation.id.desc()).limit(limit)
        if month is not None:
            statement = statement.where(Generation.month == month)
        if before is not None:
            statement = statement.where(Generation.id < before)
        return list((await self.session.execute(statement)).scalars())

    async def forget_attempts(self, generation_id: UUID) -> None:
        """Count the runs again from one: this run made progress, or could not begin."""
        await self.session.execute(update(Generation).where(Generation.id == generation_id).values(attempts=0))

    async def posts(self, *generation_ids: UUID) -> list[GenerationPost]:
        statement = (
            select(GenerationPost)
            .where(GenerationPost.generation_id.in_(generation_ids))
            .order_by(GenerationPost.generation_id, GenerationPost.position)
        )
        return list((await self.session.execute(statement)).scalars())

    async def post_at(self, generation_id: UUID, position: int) -> GenerationPost | None:
        statement = select(GenerationPost).where(
            GenerationPost.generation_id == generation_id, GenerationPost.position == position
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    def add_post(self, post: GenerationPost) -> None:
        self.session.add(post)

    async def lock_post(self, post_id: UUID) -> GenerationPost:
        statement = select(GenerationPost).where(GenerationPost.id == post_id).with_for_update()
        return (await self.session.execute(statement)).scalar_one()

    async def add_progress(self, generation: Generation, kind: str, data: dict[str, Any], created_at: datetime) -> None:
        """Append a progress entry with the next number. The caller holds the lock of the generation."""
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

    async def last_progress(self, generation_id: UUID, kind: str) -> int:
        """Return the number of the last entry of a kind, 0 if there is none."""
        statement = select(func.coalesce(func.max(GenerationProgress.number), 0)).where(
            GenerationProgress.generation_id == generation_id, GenerationProgress.kind == kind
        )
        return int((await self.session.execute(statement)).scalar_one())
