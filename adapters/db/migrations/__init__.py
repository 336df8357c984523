"""Migrations (alembic). ``versions/`` holds one file for each step, in order."""
