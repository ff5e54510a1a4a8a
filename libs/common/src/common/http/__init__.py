"""The HTTP edge of a service: authentication, one transaction per request, one format for errors."""

from common.http.access import body_limit, public, requires
from common.http.app import UndeclaredRouteError, create_app, operations_app, public_routes, route_permissions
from common.http.bodies import Day, Moment, RequestModel
from common.http.client_address import CLIENT_ADDRESS_HEADER, ClientAddresses, client_address, network_of
from common.http.context import ApiContext, Check, TransactionalContext
from common.http.declared_errors import add_problems, raises
from common.http.dependencies import factory_of, process_context
from common.http.failures import FailureAnswer
from common.http.idempotency import KEEP_KEYS, IdempotencyKeys, idempotency_key
from common.http.pagination import Page, PageParams, PageQuery, decode_cursor, encode_cursor
from common.http.problems import Problem, problem_response
from common.http.routing import GuardedRoute, PlainRouter, Router, TransactionalRoute
from common.http.urls import HttpUrl, is_http_url

__all__ = [
    "CLIENT_ADDRESS_HEADER",
    "KEEP_KEYS",
    "ApiContext",
    "Check",
    "ClientAddresses",
    "Day",
    "FailureAnswer",
    "GuardedRoute",
    "HttpUrl",
    "IdempotencyKeys",
    "Moment",
    "Page",
    "PageParams",
    "PageQuery",
    "PlainRouter",
    "Problem",
    "RequestModel",
    "Router",
    "TransactionalContext",
    "TransactionalRoute",
    "UndeclaredRouteError",
    "add_problems",
    "body_limit",
    "client_address",
    "create_app",
    "decode_cursor",
    "encode_cursor",
    "factory_of",
    "idempotency_key",
    "is_http_url",
    "network_of",
    "operations_app",
    "problem_response",
    "process_context",
    "public",
    "public_routes",
    "raises",
    "requires",
    "route_permissions",
]
