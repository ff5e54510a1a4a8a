"""An earlier commit of PulseWorks in the same run: its code in its own environment, with its own database."""

from testing.checkout import REPOSITORY, check_out, output
from testing.servers import DatabaseServer

from dispatch.systems.base import Place
from dispatch.systems.databases import emptied_database
from dispatch.systems.ours import SERVICES, Ours


class Earlier(Ours):
    namespace = "bench-earlier"

    def __init__(self, place: Place, commit: str) -> None:
        super().__init__(place)
        self._revision = output(["git", "rev-parse", "--verify", f"{commit}^{{commit}}"], REPOSITORY).strip()
        self.name = f"PulseWorks at {self._revision[:7]}"

    def prepare(self) -> None:
        """Check the commit out, install it, and migrate its schemas with its own code."""
        print(f"Installing {self.name} ...", flush=True)
        checkout = check_out(self._revision, self.place.peers / "earlier")
        self.python = checkout.python
        self.path = [str(checkout.folder / "bench")]
        super_url = emptied_database(self.place.postgres_url, "earlier")
        self.server = DatabaseServer(super_url, self.password)
        for service in SERVICES:
            urls = {"DATABASE_URL": self.server.runtime_url(service), "MIGRATION_DATABASE_URL": super_url}
            output([self.python, "-m", service, "migrate"], checkout.folder, urls)
