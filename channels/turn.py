"""Whose turn it is to send: one process at a time for all channels, so that a pace is kept and nobody is told twice."""

import threading
import time

from operations.ports import Leases

LEASE_S, RENEW_S, LOOK_S = 3.0, 1.0, 0.25
NAME = "channels"


class Turn:
    """The lease of one process, shared by the loops of its channels; given back when the last of them has ended."""

    def __init__(self, leases: Leases, holder: str) -> None:
        self._leases, self._holder = leases, holder
        self._lock, self._members = threading.Lock(), 0
        self._holds, self._renew_at = False, 0.0

    def join(self) -> None:
        with self._lock:
            self._members += 1

    def is_ours(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now >= self._renew_at:
                self._holds = False  # unless it is held again: no answer is no yes
                self._holds = self._leases.hold(NAME, self._holder, LEASE_S) is not None
                self._renew_at = now + (RENEW_S if self._holds else LOOK_S)
            return self._holds

    def leave(self) -> None:
        with self._lock:
            self._members -= 1
            if self._members == 0 and self._holds:
                self._holds, self._renew_at = False, time.monotonic() + LEASE_S
                self._leases.release(NAME, self._holder)
