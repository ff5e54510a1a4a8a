"""A stand-in for OpenAI: chat completions and responses with strict structured outputs.

It writes sensible texts for the three tasks of the content service (see `sandbox.openai.writing`), and a plausible
value for any other schema. The same request always gets the same response.
"""

from sandbox.openai.app import OpenAIConfig, create_openai

__all__ = ["OpenAIConfig", "create_openai"]
