"""Whether whoever asked for something still has the authority with which it was asked."""

from operations.account_ports import BeginAccounts
from operations.ports import Row

_KEY = "key:"  # what the id of a key's actor begins with


class Standing:
    def __init__(self, read: BeginAccounts) -> None:
        self._read = read

    def still_dispatches(self, request: Row) -> bool:
        """Of a request with `by`, `by_known` and `root`: an account that was disabled, a key that was revoked, or one
        whose subtree is another by now sends nothing more."""
        with self._read() as work:
            if request["by_known"] == "key":
                key = work.keys.get(request["by"].removeprefix(_KEY))
                return key is not None and key.revoked_at is None and key.dispatch_root == request["root"]
            account = work.accounts.get(request["by"])
            return account is not None and account.disabled_at is None and account.dispatch_root == request["root"]
