"""An HTTP proxy on loopback, as a school has one between its machines and the world."""

from __future__ import annotations

import asyncio
from typing import Self

LONGEST = 65_536


class Proxy:
    """``async with Proxy(port)``: whatever is asked of it, it takes to that port here, and keeps what was asked for."""

    def __init__(self, port: int) -> None:
        self.asked: list[str] = []
        self.address = ""
        self._port = port
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._links.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.decode("latin-1").split("\r\n")[0].split(" ")
        self.asked.append(f"{method} {target}")
        back, on = await asyncio.open_connection("127.0.0.1", self._port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            on.write(head)
        await asyncio.gather(_carry(reader, on), _carry(back, writer))


async def _carry(source: asyncio.StreamReader, goal: asyncio.StreamWriter) -> None:
    try:
        while part := await source.read(LONGEST):
            goal.write(part)
            await goal.drain()
    except ConnectionError:
        pass
    finally:
        goal.close()
