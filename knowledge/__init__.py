"""The policy as data, and the reasoning over it. Knows nothing of chat or databases."""
