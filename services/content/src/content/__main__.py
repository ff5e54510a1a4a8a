from common.runtime.cli import Service, service_cli

from content.api import create_api
from content.factory import MIGRATIONS, ProcessContext
from content.settings import ContentSettings
from content.worker import create_worker

service = Service(
    name="content",
    title="PulseWorks content",
    settings=ContentSettings,
    create_context=ProcessContext.create,
    create_api=create_api,
    create_worker=create_worker,
    migrations=MIGRATIONS,
)
app = service_cli(service)

if __name__ == "__main__":
    app()
