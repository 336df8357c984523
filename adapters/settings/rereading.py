"""What is set about re-reading, as the bot's own rules take it."""

from __future__ import annotations

from adapters.settings.table import Settings, SettingsError


def rereading(settings: Settings) -> tuple[str, str, tuple[int, ...], int, tuple[str, ...]]:
    """Return what is set about re-reading, in the order of ``bot.reread_rules.rules_of``."""
    return (
        settings.reread_hours,
        settings.reread_begins,
        settings.reread_reminders,
        settings.reread_overdue_weeks,
        settings.reread_announce,
    )


def check_rereading(settings: Settings) -> None:
    """Raise ``SettingsError`` where something is set that is no rule."""
    given = rereading(settings)
    if given != rereading(Settings()):
        from bot.reread_rules import rules_of  # noqa: PLC0415 - loaded only where something is set

        try:
            rules_of(*given)
        except ValueError as error:
            raise SettingsError(f"{error}.") from None
