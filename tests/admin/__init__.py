"""The admin: its door, its lists, and what can be done there."""
