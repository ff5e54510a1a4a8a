"""The HTTP edge of a service: who is asking, one transaction, one answer, one kind of error."""

from common.http.access import body_limit, public, requires
from common.http.app import UndeclaredRouteError, create_app, public_routes, route_permissions
from common.http.auth import InvalidTokenError, TokenVerifier, bearer_token
from common.http.context import ApiContext, Check, TransactionalContext
from common.http.idempotency import KEEP_KEYS, IdempotencyKeys, idempotency_key
from common.http.keys import JwksKeySource, KeySource, StaticKeySource
from common.http.pagination import Page, PageParams, PageQuery, decode_cursor, encode_cursor
from common.http.permissions import PERMISSIONS, Permission, Role, allows
from common.http.principal import Principal
from common.http.problems import Problem, problem_response
from common.http.routing import GuardedRoute, PlainRouter, Router, TransactionalRoute

__all__ = [
    "KEEP_KEYS",
    "PERMISSIONS",
    "ApiContext",
    "Check",
    "GuardedRoute",
    "IdempotencyKeys",
    "InvalidTokenError",
    "JwksKeySource",
    "KeySource",
    "Page",
    "PageParams",
    "PageQuery",
    "Permission",
    "PlainRouter",
    "Principal",
    "Problem",
    "Role",
    "Router",
    "StaticKeySource",
    "TokenVerifier",
    "TransactionalContext",
    "TransactionalRoute",
    "UndeclaredRouteError",
    "allows",
    "bearer_token",
    "body_limit",
    "create_app",
    "decode_cursor",
    "encode_cursor",
    "idempotency_key",
    "problem_response",
    "public",
    "public_routes",
    "requires",
    "route_permissions",
]
