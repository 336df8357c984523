"""A person's own data as a file: what the page of the same name shows, for any program to read."""

from __future__ import annotations

import json

from aiohttp import web

from adapters.desk.visit import Visit
from bot.messages import Pressed, Show
from bot.own_data import as_data


async def download(visit: Visit) -> web.StreamResponse:
    """Answer with everything that is kept about the person and may be shown to them, as JSON."""
    said = await visit.say(Pressed("report.own_data"))
    card = next((each.card for each in said if isinstance(each, Show)), None)
    if card is None:
        raise web.HTTPServiceUnavailable
    body = json.dumps({"drawn_up": f"{visit.now:%Y-%m-%dT%H:%M:%SZ}", **as_data(card)}, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return web.Response(text=body, content_type="application/json", charset="utf-8", headers=headers)
