"""Who is asking and what they may do: access tokens, the keys that verify them, roles and permissions."""

from common.auth.keys import JwksKeySource, KeySource, StaticKeySource
from common.auth.permissions import PERMISSIONS, Permission, Role, allows
from common.auth.principal import Principal
from common.auth.verifier import InvalidTokenError, TokenVerifier, bearer_token

__all__ = [
    "PERMISSIONS",
    "InvalidTokenError",
    "JwksKeySource",
    "KeySource",
    "Permission",
    "Principal",
    "Role",
    "StaticKeySource",
    "TokenVerifier",
    "allows",
    "bearer_token",
]
