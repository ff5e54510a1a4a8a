"""Tests that every service instantiates, as classes: what holds for its tables, its routes and its documents.

::

    class TestSchema(SchemaConventions):
        metadata = Base.metadata

A service's ``test_conventions.py`` names its models, its routers and its permissions; the tests are inherited.
"""

from testing.conventions.access import AccessConventions
from testing.conventions.lists import ListConventions
from testing.conventions.released import ReleasedSchemaConventions
from testing.conventions.schema import SchemaConventions
from testing.conventions.surface import ReadmeConventions, SurfaceConventions

__all__ = [
    "AccessConventions",
    "ListConventions",
    "ReadmeConventions",
    "ReleasedSchemaConventions",
    "SchemaConventions",
    "SurfaceConventions",
]
