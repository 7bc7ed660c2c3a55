"""The running tasks of this process, with one thread each, and their messages."""

import contextvars
import json
import queue
import sys
import threading
import traceback

import ostinato_flow
from ostinato_json import WrongResult, to_json


class Abandoned(BaseException):
    """Raised to end the code of a task for which nobody waits anymore."""


class Wire:
    """Writes messages, one per line."""

    def __init__(self, out):
        self._out = out
        self._lock = threading.Lock()

    def send(self, message):
        data = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        # UTF-8 cannot represent lone surrogates.
        raw = data.encode("utf-8", "surrogatepass") if data.isascii() else _utf8(message, data)
        with self._lock:
            self._out.write(raw + b"\n")
            self._out.flush()


def _utf8(message, data):
    try:
        return data.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(message, separators=(",", ":"), allow_nan=False).encode()


class Task:
    """A line, or an aggregation."""

    def __init__(self, message, wire):
        self.id = message.get("run") or message.get("aggregate")
        self.line = message.get("line")
        self.part = message.get("part")
        self.message = message
        self.journal = message.get("journal") or {}
        self.metrics = []
        self.is_abandoned = False
        self._wire = wire
        self._calls = 0
        self._counts = {}
        self._printed = {}
        self._waiting = {}
        self._lock = threading.Lock()

    to_json = staticmethod(to_json)

    def count(self, name):
        """Returns how often the name was counted before."""
        with self._lock:
            before = self._counts.get(name, 0)
            self._counts[name] = before + 1
        return before

    def ask(self, request):
        with self._lock:
            number = self._calls
            self._calls += 1
        request = to_json(request, "request")
        end = self._wait(("call", number), {"row": self.id, "call": number, "request": request})
        _raise_error(end)
        return end.get("answer") or {}

    def record(self, key, value):
        message = {"row": self.id, "record": key, "value": value}
        _raise_error(self._wait(("record", key), message))

    def log(self, text):
        self._wire.send({"log": text, "row": self.id})

    def print(self, stream, text):
        """Logs whole lines. The beginning of a line waits for the rest of it."""
        with self._lock:
            lines = (self._printed.get(stream, "") + text).split("\n")
            self._printed[stream] = lines.pop()
        if lines:
            self.log("\n".join(lines))

    def print_rest(self):
        """Logs the beginnings of lines whose rest never came."""
        with self._lock:
            printed, self._printed = self._printed, {}
        for text in printed.values():
            if text:
                self.log(text)

    def hear(self, message):
        """Passes an answer to the task."""
        key = ("call", message["call"]) if "call" in message else ("record", message["recorded"])
        with self._lock:
            waiting = self._waiting.pop(key, None)
        if waiting:
            waiting.put(message)

    def abandon(self):
        with self._lock:
            self.is_abandoned = True
            waiting, self._waiting = self._waiting, {}
        for each in waiting.values():
            each.put(None)

    def _wait(self, key, message):
        answer = queue.SimpleQueue()
        with self._lock:
            if self.is_abandoned:
                raise Abandoned()
            self._waiting[key] = answer
        self._wire.send(message)
        end = answer.get()
        if end is None:
            raise Abandoned()
        return end


def _raise_error(end):
    error = end.get("error")
    if error:
        raise ostinato_flow.FlowError(error.get("message", ""), error.get("type", "Error"))


class Workers:
    """Threads that perform tasks. There is one per concurrent task, and threads are reused."""

    def __init__(self, wire, perform):
        self._wire = wire
        self._perform = perform
        self._tasks = {}
        self._queue = queue.SimpleQueue()
        self._idle = 0
        self._lock = threading.Lock()

    def start(self, message):
        task = Task(message, self._wire)
        with self._lock:
            self._tasks[task.id] = task
            needs_thread = self._idle == 0
            if not needs_thread:
                self._idle -= 1
        if needs_thread:
            threading.Thread(target=self._serve, args=(task,), daemon=True).start()
        else:
            self._queue.put(task)

    def hear(self, message):
        task = self._tasks.get(message["row"])
        if task:
            task.hear(message)

    def abandon(self, id):
        task = self._tasks.get(id)
        if task:
            task.abandon()

    def _serve(self, task):
        while True:
            # Each task has its own context, so that its values do not reach the next task.
            context = contextvars.copy_context()
            end = context.run(self._end_of, task)
            with self._lock:
                self._tasks.pop(task.id, None)
                self._idle += 1
            self._wire.send(end)
            task = self._queue.get()

    def _end_of(self, task):
        ostinato_flow._current_task.set(task)
        try:
            done = to_json(self._perform(task), "output")
            end = {"row": task.id, "done": done}
            if task.metrics:
                end["metrics"] = task.metrics
            return end
        except BaseException as error:
            return {"row": task.id, "failed": failure_of(error)}
        finally:
            task.print_rest()


def failure_of(error):
    """Returns the type, the message and the user's own frames of an error."""
    if isinstance(error, WrongResult):
        return {"type": "WrongResult", "message": str(error)}
    kind = error.type if isinstance(error, ostinato_flow.FlowError) else type(error).__name__
    message = _text_of(error) or type(error).__name__
    if isinstance(error, SystemExit):
        message = f"The code called sys.exit({error.code!r})."
    return {"type": kind, "message": message, "trace": own_trace(error)}


def _text_of(error):
    # The __str__ of a user's error may fail as well.
    try:
        return str(error)
    except Exception:
        return ""


_own_folder = __file__.rsplit("/", 1)[0] + "/"


def own_trace(error):
    """Returns a traceback without the frames of this package."""
    lines = traceback.TracebackException(type(error), error, error.__traceback__)
    for each in _chain(lines):
        frames = [frame for frame in each.stack if not frame.filename.startswith(_own_folder)]
        each.stack = traceback.StackSummary.from_list(frames)
    return "".join(lines.format()).rstrip()


def _chain(lines):
    seen = []
    while lines is not None and lines not in seen:
        seen.append(lines)
        lines = lines.__cause__ or lines.__context__
    return seen


class LineLog:
    """Replaces stdout and stderr, so that output of a task goes to the log of its line."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        task = ostinato_flow._current_task.get()
        if task is None:
            return self._stream.write(text)
        task.print(self._stream, text)
        return len(text)

    def flush(self):
        self._stream.flush()

    def isatty(self):
        return False

    def __getattr__(self, name):
        return getattr(self._stream, name)


def capture_output():
    sys.stdout = LineLog(sys.stdout)
    sys.stderr = LineLog(sys.stderr)
