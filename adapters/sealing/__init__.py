"""Sealing: each report has a key of its own (AES-256-GCM), wrapped by the master key. Losing a key is deletion."""

from adapters.sealing.cipher import AesSealer
from adapters.sealing.master import MasterKeys, master_keys_in

__all__ = ["AesSealer", "MasterKeys", "master_keys_in"]
