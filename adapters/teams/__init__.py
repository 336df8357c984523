"""Microsoft Teams: the bot's cards as Adaptive Cards, its endpoint, and its messages.

Everything of Microsoft's SDK stands in ``adapters/teams/sdk``; nothing of it leaves that folder (docs/decisions).
This module imports nothing, so that a command that only needs a part does not load the SDK.
"""
