"""Threads for work on images that strangers serve: decoding takes up to half a second of a core and 64 MB."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

Args = ParamSpec("Args")
Result = TypeVar("Result")

# Two at a time, apart from the default pool: that one resolves host names.
_THREADS = 2


async def in_decoding_thread(function: Callable[Args, Result], *args: Args.args, **kwargs: Args.kwargs) -> Result:
    """Run a function in one of few threads, not on the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_pool(), partial(function, *args, **kwargs))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="decoding")
