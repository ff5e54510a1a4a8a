import asyncio
import itertools
from typing import ClassVar
from uuid import UUID

import pytest
from common.database import Database, ReadModelRepository, ServiceBase, service_metadata
from common.ids import new_id
from sqlalchemy import ARRAY, MetaData, Text, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Mapped, mapped_column

pytestmark = pytest.mark.invariant("E4")


class Base(ServiceBase):
    __abstract__ = True
    metadata: ClassVar[MetaData] = service_metadata("probe")


class Shop(Base):
    __tablename__ = "shop"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    name: Mapped[str]


class Product(Base):
    __tablename__ = "product"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    priced_revision: Mapped[int]
    price: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)


class ShopRepository(ReadModelRepository[Shop]):
    model = Shop


class ProductRepository(ReadModelRepository[Product]):
    model = Product
    revision_column = "priced_revision"


async def rename(database: Database, account_id: UUID, revision: int) -> bool:
    async with database.transaction(account_id) as session:
        return await ShopRepository(session).apply(revision=revision, name=f"Name {revision}")


async def name(database: Database, account_id: UUID) -> str:
    async with database.transaction(account_id) as session:
        shop = await ShopRepository(session).get()
        assert shop is not None
        return shop.name


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
async def test_the_newest_revision_wins_in_either_order(database: Database, order: tuple[int, ...]) -> None:
    account_id = new_id()

    written = [await rename(database, account_id, revision) for revision in order]

    assert await name(database, account_id) == "Name 3"
    assert written == [revision == max(order[: place + 1]) for place, revision in enumerate(order)]


async def test_the_same_revision_is_written_once(database: Database) -> None:
    account_id = new_id()
    assert [await rename(database, account_id, 1), await rename(database, account_id, 1)] == [True, False]


async def test_the_newest_revision_wins_among_concurrent_transactions(database: Database) -> None:
    accounts = [new_id() for _ in range(20)]

    await asyncio.gather(*(rename(database, account, revision) for account in accounts for revision in (2, 3, 1)))

    assert {await name(database, account) for account in accounts} == {"Name 3"}


async def test_a_transaction_that_waited_for_a_newer_one_does_not_overwrite_it(database: Database) -> None:
    account_id = new_id()
    async with database.transaction(account_id) as session:
        await ShopRepository(session).apply(revision=2, name="Name 2")
        older = asyncio.create_task(rename(database, account_id, 1))
        async with asyncio.timeout(5):
            while not await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                await asyncio.sleep(0.01)
                assert not older.done()

    assert await older is False
    assert await name(database, account_id) == "Name 2"


async def test_an_account_has_a_row_for_each_entity(database: Database) -> None:
    account_id, first, second = new_id(), new_id(), new_id()
    async with database.transaction(account_id) as session:
        products = ProductRepository(session)
        await products.apply(revision=2, product_id=first, price=20)
        assert await products.apply(revision=1, product_id=second, price=10)

        kept = [await products.get(product_id) for product_id in (first, second, new_id())]
    assert [product and product.price for product in kept] == [20, 10, None]


async def test_the_same_entity_of_another_account_is_another_row(database: Database) -> None:
    product_id = new_id()
    for account_id, price in ((new_id(), 10), (new_id(), 20)):
        async with database.transaction(account_id) as session:
            assert await ProductRepository(session).apply(revision=1, product_id=product_id, price=price)


async def test_columns_that_are_not_given_keep_their_values(database: Database) -> None:
    account_id, product_id = new_id(), new_id()
    async with database.transaction(account_id) as session:
        products = ProductRepository(session)
        await products.apply(revision=1, product_id=product_id, price=10)
        product = await products.get(product_id)
        assert product is not None
        assert product.tags == []
        product.tags = ["new"]
        await session.flush()

        await products.apply(revision=2, product_id=product_id, price=20)

        assert (product.price, product.tags, product.priced_revision) == (20, ["new"], 2)


async def test_a_loaded_instance_shows_the_written_values(database: Database) -> None:
    account_id = new_id()
    await rename(database, account_id, 1)
    async with database.transaction(account_id) as session:
        (shop,) = (await session.execute(select(Shop))).scalars()
        assert shop.name == "Name 1"

        await ShopRepository(session).apply(revision=2, name="Name 2")

        assert (shop.name, shop.revision) == ("Name 2", 2)


async def test_a_row_of_another_account_can_not_be_written(database: Database) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.transaction(new_id()) as session:
            await ShopRepository(session).apply(revision=1, account_id=new_id(), name="Not mine")
