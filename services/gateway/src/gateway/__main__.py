from common.runtime.cli import Service, service_cli

from gateway.api import create_api
from gateway.factory import ProcessContext
from gateway.settings import GatewaySettings
from gateway.worker import create_worker

service = Service(
    name="gateway",
    title="PulseWorks gateway",
    settings=GatewaySettings,
    create_context=ProcessContext.create,
    create_api=create_api,
    create_worker=create_worker,
)

app = service_cli(service)

if __name__ == "__main__":
    app()
