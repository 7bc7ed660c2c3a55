"""Ostinato's executor for Python. It exchanges messages on stdin and stdout, one per line; see docs/executors.md."""

import sys

if sys.version_info < (3, 9):
    found = ".".join(str(part) for part in sys.version_info[:3])
    message = f"Python {found} is too old. Install Python 3.9 or later, or set OSTINATO_PYTHON."
    print('{"refused":{"message":"%s"}}' % message)
    sys.exit(0)

import json  # noqa: E402
import os  # noqa: E402

import ostinato_promptflow  # noqa: E402
from ostinato_loading import Code, Refused  # noqa: E402
from ostinato_tasks import Wire, Workers, capture_output  # noqa: E402

version = 1
# Maximum number of tasks whose code runs at once. Threads share one core, so more threads would only slow each down.
parallel = 8


def main():
    messages, wire = _private_streams()
    code = None
    workers = None
    for line in messages:
        message = json.loads(line)
        if "hello" in message:
            code = _load(message["hello"], wire)
            if code is None:
                break
            workers = Workers(wire, lambda task: _perform(code, task))
        elif "run" in message or "aggregate" in message:
            workers.start(message)
        elif "row" in message:
            workers.hear(message)
        elif "abandon" in message:
            workers.abandon(message["abandon"])
        elif "ping" in message:
            wire.send({"pong": message["ping"]})
    sys.stderr.flush()
    # The run has ended or is gone, so nobody waits for code that is still running.
    os._exit(0)


def _perform(code, task):
    return code.aggregate(task) if "aggregate" in task.message else code.run(task)


def _load(hello, wire):
    ostinato_promptflow.stand_in()
    try:
        code = Code(hello)
        code.check_uses(hello.get("uses") or [])
        code.start_classes()
    except Refused as error:
        wire.send({"refused": {"message": str(error)}})
        return None
    wire.send({"ready": {"version": version, "parallel": parallel, "facts": code.facts}})
    return code


def _private_streams():
    """Reserves stdin and stdout for messages. The user's code reads an empty stdin, and its output goes to stderr."""
    messages = os.fdopen(os.dup(0), "rb")
    wire = Wire(os.fdopen(os.dup(1), "wb"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    capture_output()
    return messages, wire


if __name__ == "__main__":
    main()
