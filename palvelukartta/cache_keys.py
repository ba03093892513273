"""Under which names things lie in the cache."""

from django.core.cache.backends.base import default_key_func
from django.utils.crypto import salted_hmac


def hashed_cache_key(key: str, key_prefix: str, version: int) -> str:
    """A hash that only this site's secret can make: what is counted by addresses of people or of their devices keeps
    none of them, however long the row lies in the database."""
    return salted_hmac(
        "palvelukartta.cache_keys", default_key_func(key, key_prefix, version), algorithm="sha256"
    ).hexdigest()
