"""Posting rules with more posts a week, and the order of a month's plan.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SCHEMA = "scheduler"
WINDOWS = "second_window IN ('MORNING', 'AFTERNOON', 'EVENING') AND second_window <> time_window"


def upgrade() -> None:
    op.add_column("posting_rule", sa.Column("posts_per_week", sa.SmallInteger(), nullable=True), schema=SCHEMA)
    op.add_column("posting_rule", sa.Column("second_window", sa.Text(), nullable=True), schema=SCHEMA)
    op.alter_column("posting_rule", "frequency", nullable=True, schema=SCHEMA)
    op.create_check_constraint(
        "ck_posting_rule_per_week",
        "posting_rule",
        "(frequency IS NULL) <> (posts_per_week IS NULL) AND posts_per_week BETWEEN 1 AND 14",
        schema=SCHEMA,
    )
    op.create_check_constraint("ck_posting_rule_second_window", "posting_rule", WINDOWS, schema=SCHEMA)
    op.add_column("approved_content", sa.Column("position", sa.Integer(), nullable=True), schema=SCHEMA)
