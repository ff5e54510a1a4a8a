"""Posts that fall due at one instant become deliveries in one transaction, of the role that sees all due rows.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT INSERT ON publisher.delivery, publisher.inbox TO publisher_loop")
