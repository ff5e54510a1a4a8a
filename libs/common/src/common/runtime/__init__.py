"""A process: its command line, settings, logs and metrics, and the worker beside its HTTP server."""

from common.runtime.worker import Worker

__all__ = ["Worker"]
