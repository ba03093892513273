"""What the log does not say: the part of an address that opens something for whoever has it."""

import logging

# The names by which routes take what was sent by mail.
SECRETS = ("token", "key")


class WithoutSecrets(logging.Filter):
    """Django names the address of every request that it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match is not None and isinstance(record.args, tuple):
            for secret in filter(None, map(match.kwargs.get, SECRETS)):
                record.args = tuple(a.replace(secret, "…") if isinstance(a, str) else a for a in record.args)
        return True
