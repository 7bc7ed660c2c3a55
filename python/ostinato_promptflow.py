"""Stand-ins for the parts of promptflow that flows import. They pass calls of models to the run."""

import asyncio
import functools
import importlib.util
import sys
import types
from pathlib import Path

import ostinato_flow
from ostinato_connections import configuration, configurations, connections, name_of
from ostinato_images import Image


class UserErrorException(Exception):
    """promptflow's error for problems that a user can correct."""


class SystemErrorException(Exception):
    """promptflow's error for all other problems."""


def tool(function=None, **_):
    """Marks a function as a node."""

    def mark(given):
        given.__ostinato_tool__ = True
        return given

    return mark if function is None else mark(function)


def trace(function=None, **_):
    """Does nothing, because the journal of the run contains the calls of models."""
    return (lambda given: given) if function is None else function


def start_trace(*_, **__):
    """Does nothing."""


def log_metric(key, value, variant_id=None):
    """Logs a metric of an aggregation."""
    task = ostinato_flow._current_task.get()
    if task is None:
        raise ostinato_flow.FlowError("log_metric needs an aggregation that Ostinato runs, in its own thread.")
    name = key if variant_id is None else f"{key}.{variant_id}"
    task.metrics.append({"name": name, "value": task.to_json(value, f'metric "{name}"')})


def get_logger(*_, **__):
    import logging

    return logging.getLogger("flow")


class Prompty:
    """A .prompty file. The run renders it and asks its model."""

    def __init__(self, path, model=None, **_):
        self.path = Path(path).absolute()
        self._text = self.path.read_text(encoding="utf-8")
        self._model = {key: configuration(value) for key, value in (model or {}).items()}

    @classmethod
    def load(cls, source, **settings):
        path = Path(source)
        if not path.exists():
            raise UserErrorException(f"Source {path.absolute().as_posix()} does not exist")
        if path.suffix != ".prompty":
            raise UserErrorException("Source must be a file with .prompty extension.")
        return cls(path, **settings)

    def __call__(self, *args, **inputs):
        if args:
            raise UserErrorException("Prompty can only be called with keyword arguments.")
        return ostinato_flow.answer_of(self._request(inputs)).response

    def estimate_token_count(self, *args, **inputs):
        return ostinato_flow.answer_of({**self._request(inputs), "countTokens": True}).response

    def _request(self, inputs):
        request = {"prompty": {"file": str(self.path), "text": self._text}, "inputs": inputs}
        return {**request, "model": self._model} if self._model else request


class AsyncPrompty(Prompty):
    """A .prompty file for asynchronous code."""

    async def __call__(self, *args, **inputs):
        return await asyncio.to_thread(functools.partial(Prompty.__call__, self, *args, **inputs))


def load_flow(source, **settings):
    """Loads a .prompty file. Ostinato itself runs flows of other kinds."""
    path = Path(source)
    if path.suffix != ".prompty":
        raise UserErrorException(f"load_flow takes .prompty files here. Run {path} with Ostinato itself.")
    return Prompty.load(source, **settings)


def chat(connection, prompt, model="", deployment_name="", **inputs):
    """promptflow's chat tool. Its prompt is a template in which role lines begin the messages."""
    named = "temperature top_p stop max_tokens presence_penalty frequency_penalty logit_bias seed response_format n"
    parameters = {key: inputs.pop(key) for key in named.split() if inputs.get(key) not in (None, "")}
    for key in ("user", "tools", "tool_choice", "functions", "function_call"):
        inputs.pop(key, None)
    llm = f"{name_of(connection)}/{deployment_name or model}"
    request = {"llm": llm, "template": prompt, "inputs": inputs, "parameters": parameters}
    return ostinato_flow.answer_of(request).response


def render_jinja_template(prompt, trim_blocks=True, keep_trailing_newline=True, **inputs):
    return ostinato_flow.render(prompt, **inputs)


class Template:
    """Replaces Jinja's template if Jinja is not installed."""

    def __init__(self, source, **_):
        self._source = source

    def render(self, *args, **inputs):
        return ostinato_flow.render(self._source, **dict(*args, **inputs))


class _Text(str):
    pass


class InputSetting:
    def __init__(self, **settings):
        self.__dict__.update(settings)


class ToolProvider:
    pass


_core = {
    "tool": tool,
    "log_metric": log_metric,
    "ToolProvider": ToolProvider,
    "Prompty": Prompty,
    "AsyncPrompty": AsyncPrompty,
    **configurations,
    **connections,
}
_tracing = {"trace": trace, "start_trace": start_trace}
_types = {name: type(name, (_Text,), {}) for name in ("Secret", "FilePath", "PromptTemplate")}
_stand_ins = {
    "promptflow": {"tool": tool, "log_metric": log_metric},
    "promptflow._core": {},
    "promptflow._core.tool": {"tool": tool, "InputSetting": InputSetting, "ToolProvider": ToolProvider},
    "promptflow._utils": {},
    "promptflow._utils.logger_utils": {"get_logger": get_logger},
    "promptflow.client": {"load_flow": load_flow},
    "promptflow.connections": connections,
    "promptflow.contracts": {},
    "promptflow.contracts.multimedia": {"Image": Image},
    "promptflow.contracts.types": _types,
    "promptflow.core": _core,
    "promptflow.core._flow": {"Prompty": Prompty, "AsyncPrompty": AsyncPrompty},
    "promptflow.core._model_configuration": configurations,
    "promptflow.entities": connections,
    "promptflow.exceptions": {
        "UserErrorException": UserErrorException,
        "SystemErrorException": SystemErrorException,
    },
    "promptflow.tools": {},
    "promptflow.tools.aoai": {"chat": chat},
    "promptflow.tools.common": {"render_jinja_template": render_jinja_template},
    "promptflow.tools.openai": {"chat": chat},
    "promptflow.tracing": _tracing,
}


def stand_in():
    """Makes `import promptflow` find the stand-ins, even if promptflow is installed."""
    for name, members in _stand_ins.items():
        module = types.ModuleType(name, "A stand-in of Ostinato for promptflow.")
        module.__path__ = []
        module.__dict__.update(members)
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    if importlib.util.find_spec("jinja2") is None:
        jinja = types.ModuleType("jinja2", "A stand-in of Ostinato for Jinja.")
        jinja.Template = Template
        sys.modules["jinja2"] = jinja
