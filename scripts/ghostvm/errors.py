"""The two ways in which the runner itself, rather than the guest, can fail."""


class UsageError(Exception):
    """The caller asked for something impossible; exit status 2."""


class ProvisionError(Exception):
    """The host lacks what a run needs. The message says what to do next."""
