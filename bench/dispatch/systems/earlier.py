"""An earlier commit of PulseWorks in the same run: its code in its own environment, with its own database."""

from testing.servers import DatabaseServer

from dispatch.commits import Commit, output
from dispatch.systems.base import Place
from dispatch.systems.databases import emptied_database
from dispatch.systems.ours import SERVICES, Ours


class Earlier(Ours):
    namespace = "bench-earlier"

    def __init__(self, place: Place, commit: str) -> None:
        super().__init__(place)
        self._commit = Commit.of(place.peers, commit)
        self.name = self._commit.label

    def prepare(self) -> None:
        """Check the commit out, install it, and migrate its schemas with its own code."""
        self._commit.install()
        self.python = self._commit.python
        self.path = [str(self._commit.folder / "bench")]
        super_url = emptied_database(self.place.postgres_url, "earlier")
        self.server = DatabaseServer(super_url, self.password)
        for service in SERVICES:
            urls = {"DATABASE_URL": self.server.runtime_url(service), "MIGRATION_DATABASE_URL": super_url}
            output([self.python, "-m", service, "migrate"], self._commit.folder, urls)
