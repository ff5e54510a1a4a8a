from common.runtime.cli import Service, service_cli

from billing.api import create_api
from billing.factory import MIGRATIONS, ProcessContext
from billing.models import SERVICE
from billing.settings import BillingSettings
from billing.webhooks.commands import stripe_event_commands
from billing.worker import create_worker

service = Service(
    name=SERVICE,
    title="PulseWorks billing",
    settings=BillingSettings,
    create_context=ProcessContext.create,
    create_api=create_api,
    create_worker=create_worker,
    migrations=MIGRATIONS,
)
app = service_cli(service)
app.add_typer(stripe_event_commands(), name="stripe-events")

if __name__ == "__main__":
    app()
