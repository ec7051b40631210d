"""Runs ministack until it is stopped, or until the process that started it is gone, however that ended."""

import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback


ending = threading.Lock()


def end() -> None:
    # Once: two at it would stand in each other's way. Nothing comes after it that could let go of the lock.
    ending.acquire()
    # First the functions, which would go on writing into the folder.
    os.killpg(0, signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def end_with_parent() -> None:
    # Not sys.stdin, whose lock would be held when the interpreter shuts down.
    while os.read(0, 1024):
        pass
    end()


# The functions that it runs are in its group, and so end with it.
os.setpgid(0, 0)
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
# What it unpacks goes into one folder, which is gone when it is.
folder = tempfile.mkdtemp(prefix="mayfly-ministack-")
os.environ["TMPDIR"] = tempfile.tempdir = folder
threading.Thread(target=end_with_parent, daemon=True).start()
try:
    from ministack.app import main

    main()
except Exception:
    traceback.print_exc()
finally:
    sys.stderr.flush()
    end()
