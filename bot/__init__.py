"""What the bot does. Pure: no network, no database, no clock, no environment."""
