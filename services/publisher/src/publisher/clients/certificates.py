import ssl
from functools import cache

import httpx2


@cache
def certificates() -> ssl.SSLContext:
    """Return whom we trust, once per process: reading the authorities takes 75 ms."""
    return httpx2.create_ssl_context()
