from typing import Literal

from common.http import PlainRouter, public
from fastapi import Response
from pydantic import BaseModel, Field

from identity.dependencies import ContextDep

router = PlainRouter(tags=["Keys"])
# Others keep the keys for five minutes and ask again at once for one that they don't know.
_MAX_AGE_SECONDS = 60


class PublicKey(BaseModel):
    """A JSON Web Key (RFC 7517, RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str = Field(description="JWK thumbprint (RFC 7638).")
    use: Literal["sig"]
    alg: Literal["EdDSA"]


class PublicKeys(BaseModel):
    keys: list[PublicKey]


@router.get("/.well-known/jwks.json", dependencies=[public()])
async def public_keys(context: ContextDep, response: Response) -> PublicKeys:
    """Show the keys that access tokens are verified with; the first one signs now."""
    response.headers["Cache-Control"] = f"public, max-age={_MAX_AGE_SECONDS}"
    return PublicKeys.model_validate({"keys": context.keys.jwks()})
