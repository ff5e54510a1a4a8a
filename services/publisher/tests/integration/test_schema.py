import pytest
from common.ids import new_id
from publisher.models import ProviderProfile
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from .conftest import World


@pytest.mark.invariant("T1")
async def test_a_row_can_not_refer_to_another_account(world: World) -> None:
    statement = text(
        "INSERT INTO publisher.social_connection (id, account_id, platform, provider_profile_id, platform_account_id, "
        "display_name, status, seen_at) VALUES (:id, :account, 'FACEBOOK', :ref, '1', 'x', 'LINKED', now())"
    )
    other = new_id()
    with pytest.raises(IntegrityError, match="fk_social_connection_provider_profile"):
        async with world.database.transaction(other) as session:
            await session.execute(statement, {"id": new_id(), "account": other, "ref": world.ref_id})


@pytest.mark.invariant("T1")
async def test_the_loop_role_sees_due_rows_and_no_keys(world: World) -> None:
    async with world.database.cross_account.transaction() as session:
        await session.execute(text("SELECT id FROM publisher.delivery"))
    with pytest.raises(Exception, match="permission denied"):
        async with world.database.cross_account.transaction() as session:
            await session.execute(select(func.count()).select_from(ProviderProfile))
