"""A school whose machines reach the world through a proxy only: everything that goes to Slack goes through it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.slack import outward
from adapters.slack.api import Api
from tests.certificates import serving, trusted
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield
from tests.slackpeer.program import ended, started
from tests.slackpeer.proxy import Proxy

BEYOND = "slack.invalid"
"""A host that nobody but the proxy finds; so is port 1 of this machine."""


def port_of(slack: Peer) -> int:
    """Return the port on which the stand-in listens."""
    port = urlsplit(slack.address).port
    assert port is not None
    return port


async def test_check_goes_through_the_proxy(root: Path, tmp_path: Path) -> None:
    """Where Slack is reached by the proxy only, tokens and Socket Mode are tried by it, over TLS."""
    async with Peer(larkfield(), tls=serving(BEYOND)) as slack, Proxy(port_of(slack)) as proxy:
        slack.address = f"https://{BEYOND}/api/"
        ways = {"HTTPS_PROXY": proxy.address, "SSL_CERT_FILE": str(trusted(tmp_path))}
        code, out = await ended(await started(root, tmp_path, "slack", "check", **slack.settings(), **ways))
    assert code == 0, out
    assert "Slack greets us over Socket Mode" in out
    assert set(proxy.asked) == {f"CONNECT {BEYOND}:443"}


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY"])
async def test_an_answer_at_a_response_address_goes_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What only one person sees goes the way that the messages go."""
    async with Peer(larkfield()) as slack, Proxy(port_of(slack)) as proxy:
        monkeypatch.setenv(name, proxy.address)
        slack.address = "http://127.0.0.1:1/api/"
        async with outward.session() as session:
            await Api(slack.address, session).respond(slack.hook("U1"), {"text": "hello"})
        assert proxy.asked == [f"POST {slack.hook('U1')}"]
        assert [each["text"] for each in slack.hidden["U1"]] == ["hello"]
