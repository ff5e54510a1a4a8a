"""An index for the list of deliveries by status.

IF NOT EXISTS: on a large table an operator builds it beforehand without blocking writes, see docs/scaling.md.
"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("CREATE INDEX IF NOT EXISTS ix_delivery_status ON publisher.delivery (account_id, status, id)")
