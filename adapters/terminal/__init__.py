"""The command line: each command parses, calls, and prints. ``app.py`` brings the wiring that it runs on."""
