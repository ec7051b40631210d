"""Runs moto until it is stopped, or until the process that started it is gone, however that ended."""

import logging
import os
import sys
import threading

import moto_clock
import moto_servers
from moto import server


def exit_with_parent() -> None:
    # Not sys.stdin, whose lock would be held when the interpreter shuts down.
    while os.read(0, 1024):
        pass
    os._exit(0)


def exit_at_once(*_: object) -> None:
    # An orderly end takes more than a second, and all that it would tidy up is memory.
    os._exit(0)


# A line for each request would fill the pipe and stop moto while the process that reads it is busy.
logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
moto_servers.apply()
moto_clock.apply()
server.signal_handler = exit_at_once
threading.Thread(target=exit_with_parent, daemon=True).start()
server.main(sys.argv[1:])
