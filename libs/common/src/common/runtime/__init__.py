"""A process: its command line, its settings, and the worker beside its HTTP server."""

from common.runtime.worker import Worker

__all__ = ["Worker"]
