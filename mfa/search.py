"""What is typed into a search."""

LONGEST = 200
"""Characters."""
MOST_WORDS = 10
"""Each is another condition on every column that is searched: thousands of them keep a database busy for seconds."""


def words(typed: str) -> list[str]:
    """The words to look for: the first few of the first characters of `typed`, without NUL, which no database takes."""
    return typed.replace("\x00", "")[:LONGEST].split()[:MOST_WORDS]
