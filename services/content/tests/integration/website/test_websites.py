"""Each website of the table is read as its file says (`make bench-websites` prints and draws them)."""

import pytest
from websites.reading import differences, read
from websites.site import Site, load_sites

SITES = load_sites()


@pytest.mark.parametrize("site", SITES, ids=[site.slug for site in SITES])
async def test_a_website_is_read_as_a_reader_sees_it(site: Site) -> None:
    assert differences(site, await read(site)) == []


def test_every_finding_about_websites_has_a_site() -> None:
    tried = {rule for site in SITES for rule in site.rules}
    assert tried >= {f"F{number}" for number in range(1, 15)} | {f"B{number}" for number in range(1, 15)}
