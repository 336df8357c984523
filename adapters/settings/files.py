"""What is set about files of reports, as the bot's own rule takes it."""

from __future__ import annotations

from adapters.settings.table import Settings


def files(settings: Settings) -> tuple[int, int, str]:
    """Return bytes of a file, files of a report, and the desk's public address, in the order of ``bot.evidence.Rule``.

    In the demonstration nobody signs in by a link, so there the desk has no address for the chats.
    """
    desk = "" if settings.demo else settings.public_url
    return settings.report_file_size * 1_000_000, settings.report_files, desk
