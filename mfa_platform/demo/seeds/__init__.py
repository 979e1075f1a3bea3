"""What a new database is filled with on a developer's machine. Everything is looked for before it is made."""
