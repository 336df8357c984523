"""What is set about reports, as the bot's own rules take it."""

from __future__ import annotations

from adapters.settings.table import Settings, SettingsError


def reporting(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is set about the clock of reports, in the order of ``bot.deadlines.paces_of``."""
    return settings.report_deadlines, settings.report_unreachable


def check_reporting(settings: Settings) -> None:
    """Raise ``SettingsError`` where something is set that is no rule."""
    usual = Settings()
    try:
        if settings.report_keeping != usual.report_keeping:
            from bot.retention import keeping_times  # noqa: PLC0415 - loaded only where it is set

            keeping_times(settings.report_keeping)
        if reporting(settings) != reporting(usual):
            from bot.deadlines import paces_of  # noqa: PLC0415 - as above

            paces_of(*reporting(settings))
    except ValueError as error:
        raise SettingsError(f"{error}.") from None
