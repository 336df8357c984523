"""TLS on loopback: an authority of the tests' own, what it vouches for, and how it is trusted."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from typing import Final

import trustme

AUTHORITY: Final = "authority.pem"
SERVER: Final = "server.pem"


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


def serving(name: str = "127.0.0.1") -> ssl.SSLContext:
    """Return what a server needs to be taken for ``name``."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(name).configure_cert(made)
    return made


def trusting() -> ssl.SSLContext:
    """Return what a client trusts: this authority only."""
    return ssl.create_default_context(cadata=_authority().cert_pem.bytes().decode())


def trusted(folder: Path) -> Path:
    """Return a new file in a folder, for programs that are given a file of authorities (``SSL_CERT_FILE``)."""
    file = folder / AUTHORITY
    _authority().cert_pem.write_to_path(str(file))
    return file


def handed(folder: Path) -> Path:
    """Write what another process needs to serve and to be trusted; return the file of authorities."""
    _authority().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / SERVER))
    return trusted(folder)


def held(folder: Path) -> ssl.SSLContext:
    """Return what a server needs, as it was handed over in a folder."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / SERVER)
    return made
