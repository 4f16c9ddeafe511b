"""What officers put on the wall."""

from alembic import op

from storage.scenes import wall_scenes

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    wall_scenes.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    wall_scenes.drop(op.get_bind())
