"""Loads the files of a flow, and describes them for the greeting."""

import ast
import asyncio
import importlib.util
import inspect
import os
import sys
import threading
from pathlib import Path

import ostinato_connections
import ostinato_json
from ostinato_images import with_images


class Refused(Exception):
    """Raised if the flow cannot run here. The message says what to do."""


class Code:
    """The functions and classes of a flow's files."""

    def __init__(self, hello):
        self.folder = Path(hello["folder"]).resolve()
        self.init = {_plain(key): value for key, value in (hello.get("init") or {}).items()}
        ostinato_connections.known_connections.update(hello.get("connections") or {})
        self._files = {}
        self._instances = {}
        self._lock = threading.Lock()
        sys.path.insert(0, str(self.folder))
        os.chdir(self.folder)
        self.facts = []
        for file in hello.get("files") or []:
            module = self._load(_plain(file))
            self.facts.extend(_facts_of(file, module))

    def check_uses(self, uses):
        """Refuses missing functions, and classes whose arguments do not fit."""
        for use in uses:
            file, _, name = _plain(use).partition("#")
            found = self._find(file, name or None)
            if inspect.isclass(found):
                given = self.init.get(f"{file}#{name or found.__name__}", self.init.get(file, {}))
                _check_arguments(file, found, given)

    def start_classes(self):
        """Creates the instances with arguments, so that a faulty class is refused early."""
        for key, arguments in self.init.items():
            file, _, name = key.partition("#")
            try:
                self._instance(file, self._find(file, name or None), arguments)
            except Refused:
                raise
            except Exception as error:
                kind = type(error).__name__
                raise Refused(f"{file}: {name or 'its class'} can't be made: {kind}: {error}") from error

    def run(self, task):
        message = task.message
        file = _plain(message["file"])
        found = self._find(file, message.get("name"))
        if inspect.isclass(found):
            found = self._instance(file, found)
        return self._result(found, message["inputs"])

    def aggregate(self, task):
        message = task.message
        file = _plain(message["file"])
        lines = message.get("lines")
        if lines is None:
            return self._result(self._find(file, message.get("name")), message["inputs"])
        module = self._load(file)
        name = message.get("name")
        found = getattr(module, name, None) if name else _default_of(module)
        if inspect.isclass(found):
            method = self._instance(file, found).__aggregate__
            return self._called(method, [[line["outputs"] for line in lines]])
        given = found if name and name.startswith("aggregate") else getattr(module, "aggregate", None)
        if given is None:
            raise Refused(f"{file} has no function named aggregate.")
        return self._called(given, [lines])

    def _result(self, function, inputs):
        target = function if inspect.isfunction(function) else type(function).__call__
        return self._called(function, [], ostinato_connections.bound(target, with_images(inputs)))

    @staticmethod
    def _called(function, arguments, named=None):
        value = function(*arguments, **(named or {}))
        if inspect.isawaitable(value):
            value = asyncio.run(_awaited(value))
        elif inspect.isasyncgen(value):
            value = asyncio.run(_read(value))
        return _joined(list(value)) if inspect.isgenerator(value) else value

    def _instance(self, file, made, arguments=None):
        with self._lock:
            key = (file, made.__name__)
            if key not in self._instances:
                given = self.init.get(f"{file}#{made.__name__}", self.init.get(file, {}))
                given = given if arguments is None else arguments
                self._instances[key] = made(**ostinato_connections.bound(made.__init__, given))
            return self._instances[key]

    def _find(self, file, name):
        module = self._load(file)
        if not name:
            found = _default_of(module)
            if found is None:
                names = ", ".join(_candidates(module)) or "none"
                advice = f"Name one, as in {file}#NAME (it has: {names})."
                raise Refused(f"{file} has no single function to run. {advice}")
            return found
        found = module
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is None:
            names = ", ".join(_candidates(module)) or "none"
            raise Refused(f'There is no function "{name}" in {file} (it has: {names}).')
        return found

    def _load(self, file):
        if file not in self._files:
            self._files[file] = _import(self.folder, file)
        return self._files[file]


def _plain(file):
    return file[2:] if file.startswith("./") else file


async def _awaited(value):
    found = await value
    return await _read(found) if inspect.isasyncgen(found) else found


async def _read(values):
    return _joined([each async for each in values])


def _joined(parts):
    return "".join(part if isinstance(part, str) else str(part) for part in parts)


def _import(folder, file):
    path = folder / file
    if not path.is_file():
        raise Refused(f"There is no file {file} in {folder}.")
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text, filename=str(path))
    except SyntaxError as error:
        raise Refused(f"{file}:{error.lineno}:{error.offset}: {error.msg}") from error
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    _check_imports(file, tree)
    return _executed(file, path)


def _executed(file, path):
    name = _module_name(path)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except ModuleNotFoundError as error:
        raise Refused(_missing(file, error.name or str(error))) from error
    except BaseException as error:
        line = _own_line(error, path)
        raise Refused(f"{file}{line} can't be loaded: {type(error).__name__}: {error}") from error
    return module


def _check_arguments(file, made, given):
    try:
        signature = inspect.signature(made)
    except ValueError:
        return
    try:
        signature.bind(**given)
    except TypeError as error:
        takes = ", ".join(signature.parameters) or "none"
        advice = f"Give its arguments with --init NAME=VALUE. It takes: {takes}."
        raise Refused(f"{file}: {made.__name__} can't be made: {error}. {advice}") from error


def _own_line(error, path):
    lines = []
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f":{lines[-1]}" if lines else ""


def _module_name(path):
    name = path.stem
    is_taken = name in sys.modules or name in getattr(sys, "stdlib_module_names", ()) or not name.isidentifier()
    return f"ostinato_file_{len(sys.modules)}_{name}" if is_taken else name


def _missing(file, name):
    program = os.environ.get("OSTINATO_PYTHON_LABEL", "python3")
    if name.split(".")[0] == "promptflow":
        return f"{file} imports {name}, for which Ostinato has no stand-in. See docs/from-promptflow.md."
    return f"{file} imports {name}, which {program} does not have: install it, or set OSTINATO_PYTHON."


def _check_imports(file, tree):
    """Finds all imports, including those inside functions, which would fail in the middle of a run."""
    for name in _imports(tree.body):
        top = name.split(".")[0]
        if name in sys.modules or (top in sys.modules and top != "promptflow"):
            continue
        try:
            is_there = importlib.util.find_spec(name if top == "promptflow" else top) is not None
        except (ImportError, ValueError):
            is_there = False
        if not is_there:
            raise Refused(_missing(file, name if top == "promptflow" else top))


def _imports(nodes):
    for node in nodes:
        # Skip imports that may fail, and imports for running the file as a script.
        if isinstance(node, (ast.Try, ast.If)):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
        else:
            yield from _imports(ast.iter_child_nodes(node))


def _candidates(module):
    """Returns the public functions and callable classes that the file defines, by name."""
    own = {
        name: value
        for name, value in vars(module).items()
        if getattr(value, "__module__", None) == module.__name__ and not name.startswith("_")
    }
    return {
        name: value
        for name, value in own.items()
        if inspect.isfunction(value) or (inspect.isclass(value) and "__call__" in vars(value))
    }


def _default_of(module):
    """Returns the only tool of a file, otherwise its only function or callable class."""
    own = _candidates(module)
    marked = {name: value for name, value in own.items() if getattr(value, "__ostinato_tool__", False)}
    for found in (marked, own):
        options = [value for name, value in found.items() if name != "aggregate"]
        if options:
            return options[0] if len(options) == 1 else None
        # The file of an aggregation node often contains only a function with this name.
        if found:
            return found["aggregate"]
    return None


_types = {str: "string", int: "int", float: "double", bool: "bool", list: "list", dict: "object"}
_types.update({kind.__name__: name for kind, name in list(_types.items())})


def _facts_of(file, module):
    default = _default_of(module)
    candidates = _candidates(module)
    for name, value in candidates.items():
        is_class = inspect.isclass(value)
        aggregates = hasattr(value, "__aggregate__") if is_class else "aggregate" in candidates
        called = value.__call__ if is_class else value
        yield {
            "file": file,
            "name": name,
            "isDefault": value is default,
            "aggregates": aggregates and name != "aggregate",
            "parameters": list(_parameters_of(called, is_class)),
            "takesOthers": any(
                parameter.kind is parameter.VAR_KEYWORD
                for parameter in inspect.signature(called).parameters.values()
            ),
        }


def _parameters_of(function, is_method):
    parameters = list(inspect.signature(function).parameters.values())[1 if is_method else 0 :]
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        facts = {"name": parameter.name, "required": parameter.default is parameter.empty}
        kind = parameter.annotation
        if kind in _types:
            facts["type"] = _types[kind]
        elif getattr(kind, "__origin__", None) in (list, dict):
            facts["type"] = _types[kind.__origin__]
        if not facts["required"]:
            try:
                facts["default"] = ostinato_json.to_json(parameter.default, "default")
            except ostinato_json.WrongResult:
                pass
        yield facts
