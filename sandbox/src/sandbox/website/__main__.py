from sandbox.standin import standin_cli
from sandbox.website import WebsiteConfig, create_website

cli = standin_cli(WebsiteConfig, create_website)

if __name__ == "__main__":
    cli()
