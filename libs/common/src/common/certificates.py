import ssl
from functools import cache

import httpx2


@cache
def certificates() -> ssl.SSLContext:
    """Return the TLS context with the trusted authorities, once per process: reading them takes 75 ms."""
    return httpx2.create_ssl_context()
