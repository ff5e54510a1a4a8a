"""PostgreSQL: one schema per service, one transaction per request or message, row-level security on every table."""

from common.database.models import IdMixin, ServiceBase, TenantMixin, TimestampMixin, service_metadata
from common.database.read_models import ReadModelRepository
from common.database.repository import Repository
from common.database.schema import check_schema
from common.database.session import Database, DatabaseLimits, account_of, asyncpg_url, libpq_url, set_account
from common.database.transient import DATABASE_ERRORS, is_transient

__all__ = [
    "DATABASE_ERRORS",
    "Database",
    "DatabaseLimits",
    "IdMixin",
    "ReadModelRepository",
    "Repository",
    "ServiceBase",
    "TenantMixin",
    "TimestampMixin",
    "account_of",
    "asyncpg_url",
    "check_schema",
    "is_transient",
    "libpq_url",
    "service_metadata",
    "set_account",
]
