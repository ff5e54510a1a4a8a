from common.runtime.cli import Service, service_cli

from scheduler.api import create_api
from scheduler.factory import MIGRATIONS, ProcessContext
from scheduler.models import SERVICE
from scheduler.pauses.commands import add_pause_commands
from scheduler.restores.commands import add_restore_commands
from scheduler.settings import SchedulerSettings
from scheduler.worker import create_worker

service = Service(
    name=SERVICE,
    title="PulseWorks scheduler",
    settings=SchedulerSettings,
    create_context=ProcessContext.create,
    create_api=create_api,
    create_worker=create_worker,
    migrations=MIGRATIONS,
)

app = service_cli(service)
add_pause_commands(app)
add_restore_commands(app)

if __name__ == "__main__":
    app()
