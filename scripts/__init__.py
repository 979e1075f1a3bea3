"""Developer's commands; only Python's standard library, for they run before anything is installed."""
