from common.runtime.cli import Service, service_cli

from publisher.api import TITLE, create_api
from publisher.factory import ProcessContext
from publisher.key_rotation.commands import add_rotation_commands
from publisher.models import MIGRATIONS
from publisher.restores.commands import add_restore_commands
from publisher.settings import PublisherSettings
from publisher.worker import create_worker

service: Service[PublisherSettings, ProcessContext] = Service(
    name="publisher",
    title=TITLE,
    settings=PublisherSettings,
    create_context=ProcessContext.create,
    create_api=create_api,
    create_worker=create_worker,
    migrations=MIGRATIONS,
)

app = service_cli(service)
add_rotation_commands(app)
add_restore_commands(app)

if __name__ == "__main__":
    app()
