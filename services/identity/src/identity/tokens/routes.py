from common.http import PlainRouter, public, raises
from fastapi import Response

from identity.dependencies import ContextDep
from identity.tokens.schemas import PublicKeys

router = PlainRouter(tags=["Keys"])
# Other services cache the keys for five minutes, and fetch them again immediately for an unknown key id.
_MAX_AGE_SECONDS = 60


@router.get("/.well-known/jwks.json", summary="Get the public keys", dependencies=[public(), raises()])
async def public_keys(context: ContextDep, response: Response) -> PublicKeys:
    """Return the keys that verify access tokens; the first one is the current signing key."""
    response.headers["Cache-Control"] = f"public, max-age={_MAX_AGE_SECONDS}"
    return PublicKeys.model_validate({"keys": context.keys.jwks()})
