"""Authentication and authorization: access tokens, the keys that verify them, roles and permissions."""

from common.auth.keys import KEYS_MAX_AGE, JwksKeySource, KeySource, KeysUnavailableError, StaticKeySource
from common.auth.permissions import PERMISSIONS, Permission, Role, allows
from common.auth.principal import Principal
from common.auth.verifier import InvalidTokenError, TokenExpiredError, TokenVerifier, bearer_token

__all__ = [
    "KEYS_MAX_AGE",
    "PERMISSIONS",
    "InvalidTokenError",
    "JwksKeySource",
    "KeySource",
    "KeysUnavailableError",
    "Permission",
    "Principal",
    "Role",
    "StaticKeySource",
    "TokenExpiredError",
    "TokenVerifier",
    "allows",
    "bearer_token",
]
