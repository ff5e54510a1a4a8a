from sandbox.demo.client import browser
from sandbox.standin import serving
from sandbox.website import create_website


async def test_a_name_in_localhost_is_this_machine_and_stays_the_name_of_the_page() -> None:
    async with serving(create_website()) as website, browser() as http:
        url = website.url.replace("127.0.0.1", "website.localhost")
        page = await http.get(f"{url}/sitemap.xml")
    assert f"<loc>{url}/harbour-physio/</loc>" in page.text
