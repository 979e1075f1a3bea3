"""Real servers on this machine, for `manage.py stack` and for the tests: PostgreSQL, Redis, an SMTP sink.

They come from wheels of requirements-dev.txt, listen on 127.0.0.1 and leave nothing behind.
"""
