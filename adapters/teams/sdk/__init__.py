"""The one folder that knows Microsoft's SDK (botbuilder 4.17.1, archived), and the mends of its faults.

Everything else of ``adapters/teams`` speaks in the words of ``adapters.teams.turns``.
"""
