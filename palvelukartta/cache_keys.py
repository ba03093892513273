"""Cache keys."""

from django.core.cache.backends.base import default_key_func
from django.utils.crypto import salted_hmac


def hashed_cache_key(key: str, key_prefix: str, version: int) -> str:
    """Hash the key with SECRET_KEY, so that rate limits store no e-mail or IP addresses in the database."""
    return salted_hmac(
        "palvelukartta.cache_keys", default_key_func(key, key_prefix, version), algorithm="sha256"
    ).hexdigest()
