"""How gunicorn serves the product: `gunicorn mfa_platform.wsgi` finds this file by itself."""

import os

from gunicorn.glogging import Logger

from mfa.logs import without_tokens


class logger_class(Logger):  # noqa: N801  # the setting's name
    """Writes its logs without the tokens that mailed links hold."""

    def atoms(self, *args):
        atoms = super().atoms(*args)
        urls = {name: without_tokens(atoms[name]) for name in ("r", "U", "q", "f") if atoms[name]}
        return {**atoms, **urls}

    def exception(self, msg, *args, **kwargs):
        super().exception(msg, *(without_tokens(arg) if isinstance(arg, str) else arg for arg in args), **kwargs)


bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Threads, for browsers open connections ahead and leave them idle; a worker without threads would wait on them.
threads = 4
# A worker that hangs is replaced after this many seconds; one told to stop may finish its requests.
timeout = 30
graceful_timeout = 10
keepalive = 5
accesslog = "-"
# Heartbeat files in memory: on a slow disk they would make healthy workers look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
# It would lie in the home directory, where several servers would fight over it.
control_socket_disable = True
