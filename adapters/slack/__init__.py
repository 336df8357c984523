"""Slack: everything the bot does, inside a workspace. docs/slack.md tells how to set it up, and what is what."""
