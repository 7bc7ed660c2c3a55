"""Functions for Python code in a flow: calls of models, and values that stay the same when a line runs again.

    from ostinato_flow import call, step

    def answer(question: str):
        draft = call("openai/gpt-4o", question, temperature=0)
        page = step("fetch", lambda: fetch(draft.text))
        return {"answer": draft.text, "page": page}

Needs Python 3.9 or later and no other package.
"""

import asyncio
import contextvars
import hashlib
import json
import time

_current_task = contextvars.ContextVar("ostinato_task", default=None)


class FlowError(Exception):
    """Raised if a request to the run failed. `type` is the kind of the failure, such as `permanent`."""

    def __init__(self, message, type="Error"):
        super().__init__(message)
        self.type = type


class Answer:
    """The answer of a model."""

    def __init__(self, response, facts=None):
        self.response = response
        self.facts = facts or {}

    @property
    def text(self):
        """The response as text. A withheld answer is empty, and other values are JSON."""
        if self.response is None:
            return ""
        if isinstance(self.response, str):
            return self.response
        return json.dumps(self.response, ensure_ascii=False, separators=(",", ":"))

    def __str__(self):
        return self.text


def call(llm, prompt, **parameters):
    """Asks a model, `api/model` or `connection/model`. The call is paced, retried, and never paid twice."""
    return answer_of({"llm": llm, "prompt": prompt, "parameters": parameters})


async def acall(llm, prompt, **parameters):
    """Asks a model from asynchronous code."""
    return await asyncio.to_thread(call, llm, prompt, **parameters)


def render(template, **inputs):
    """Renders a Jinja template."""
    return answer_of({"render": template, "inputs": inputs}).text


def step(name, function):
    """Calls a function once. When the line runs again, the recorded result is returned. The result must be JSON."""
    task = _task()
    key = f"{name}/{task.count(name)}"
    if key in task.journal:
        return task.journal[key]
    value = task.to_json(function(), f'step "{name}"')
    task.record(key, value)
    return value


def random():
    """Returns a number in [0, 1) that is the same when the line runs again."""
    task = _task()
    whole = "aggregate" if task.line is None else task.line
    place = whole if task.part is None else f"{whole}/{task.part}"
    text = f"{place}/{task.count('ostinato.random')}"
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def now():
    """Returns the time of the line's first run, in seconds since the epoch."""
    return step("ostinato.now", time.time)


def line_number():
    """Returns the number of the line in the input."""
    return _task().line


def log(text):
    """Writes a line to the log of the run."""
    task = _current_task.get()
    if task is None:
        print(text)
    else:
        task.log(str(text))


def answer_of(request):
    """Sends a request to the run and waits for its answer."""
    answer = _task().ask(request)
    return Answer(answer.get("response"), answer.get("facts"))


def _task():
    task = _current_task.get()
    if task is None:
        raise FlowError("This needs a line of a flow that Ostinato runs, in the thread of the line.")
    return task
