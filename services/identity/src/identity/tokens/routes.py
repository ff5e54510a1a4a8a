from common.http import PlainRouter, public, raises
from fastapi import Response

from identity.dependencies import ContextDep
from identity.tokens.rules import JWKS_MAX_AGE
from identity.tokens.schemas import PublicKeys

router = PlainRouter(tags=["Keys"])


@router.get("/.well-known/jwks.json", summary="Get the public keys", dependencies=[public(), raises()])
async def public_keys(context: ContextDep, response: Response) -> PublicKeys:
    """Return the keys that verify access tokens: first the one that signs, then those that will sign or have signed."""
    ring = await context.keys.ring()
    response.headers["Cache-Control"] = f"public, max-age={int(JWKS_MAX_AGE.total_seconds())}"
    return PublicKeys.model_validate({"keys": [key.jwk for key in ring.verifying(context.clock.now())]})
