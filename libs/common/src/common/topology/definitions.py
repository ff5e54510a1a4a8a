"""Users and their rights as a definitions file (https://www.rabbitmq.com/docs/definitions)."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from pulseworks_contracts import Names

from common.topology.rights import Rights

__all__ = ["definitions", "password_hash"]

_SALT_BYTES = 4


def definitions(users: Mapping[Rights, str | None], names: Names, virtual_host: str) -> str:
    """Return the file that creates or updates these users.

    `users` maps rights to the password. None: the user exists and keeps its password; if it does not exist, the import
    fails.
    """
    content: dict[str, list[dict[str, Any]]] = {"users": [], "permissions": [], "topic_permissions": []}
    for rights, password in users.items():
        place = {"user": rights.user, "vhost": virtual_host}
        if password is not None:
            content["users"].append(
                {
                    "name": rights.user,
                    "password_hash": password_hash(password),
                    "hashing_algorithm": "rabbit_password_hashing_sha256",
                    "tags": [],
                }
            )
        content["permissions"].append(
            {**place, "configure": rights.configure, "write": rights.write, "read": rights.read}
        )
        content["topic_permissions"].append(
            {**place, "exchange": names.exchange, "write": rights.publish, "read": rights.bind}
        )
    return json.dumps(content, indent=2)


def password_hash(password: str) -> str:
    """Return RabbitMQ's salted SHA-256 of a password (https://www.rabbitmq.com/docs/passwords#computing-password-hash)."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
