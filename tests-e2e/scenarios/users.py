"""Users of an account, by role."""

import secrets

from common.auth import Role

from .customer import Customer

PASSWORD = "correct horse battery staple"


async def invited(owner: Customer, role: Role) -> str:
    """Have the owner invite a user with this role; return the access token of the user."""
    email = f"{role.lower()}-{secrets.token_hex(4)}@team.example"
    invitation = await owner.api.call("POST", "/api/auth/invitations", {"email": email, "role": role})
    response = await owner.api.call(
        "POST", "/api/auth/invitations/accept", {"token": invitation["token"], "password": PASSWORD}
    )
    token: str = response["access_token"]
    return token
