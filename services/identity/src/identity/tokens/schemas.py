from typing import Literal

from pydantic import BaseModel, Field


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
