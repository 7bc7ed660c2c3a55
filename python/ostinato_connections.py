"""Connections and configurations of models, with the names that promptflow's code uses.

Connections contain no API key, because the keys stay with the run. The values of a custom connection come from the
environment: the `api_base` of `my_connection` is `MY_CONNECTION_API_BASE`, otherwise `API_BASE`.
"""

import dataclasses
import inspect
import os
from typing import Optional

# The API of each connection, by the name of the connection.
known_connections = {}


class _Values(dict):
    """The values of a connection, read from the environment."""

    def __init__(self, connection):
        super().__init__()
        self._connection = connection

    def __missing__(self, key):
        value = _variable(self._connection, key)
        if value is None:
            first, second = _names(self._connection, key)
            raise KeyError(f'The connection "{self._connection}" has no "{key}". Set {first} or {second}.')
        return value

    def __contains__(self, key):
        return _variable(self._connection, key) is not None

    def get(self, key, default=None):
        value = _variable(self._connection, key)
        return default if value is None else value


def _names(connection, key):
    plain = "".join(letter if letter.isalnum() else "_" for letter in key).upper()
    prefix = "".join(letter if letter.isalnum() else "_" for letter in connection or "").upper()
    return f"{prefix}_{plain}" if prefix else plain, plain


def _variable(connection, key):
    for name in (*_names(connection, key), key):
        if name in os.environ:
            return os.environ[name]
    return None


class CustomConnection:
    """A connection whose values come from the environment."""

    def __init__(self, secrets=None, configs=None, name=None, **_):
        self.name = name
        self.secrets = _Values(name)
        self.configs = _Values(name)
        self._given = {**(configs or {}), **(secrets or {})}

    def __getattr__(self, key):
        if key.startswith("_"):
            raise AttributeError(key)
        if key in self._given:
            return self._given[key]
        try:
            return self.secrets[key]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __getitem__(self, key):
        return self.__dict__.get(key) or getattr(self, key)

    def __str__(self):
        return self.name or type(self).__name__

    def to_json(self):
        return self.name


class CustomStrongTypeConnection(CustomConnection):
    pass


class AzureOpenAIConnection(CustomConnection):
    pass


class OpenAIConnection(CustomConnection):
    pass


class ServerlessConnection(CustomConnection):
    pass


class CognitiveSearchConnection(CustomConnection):
    pass


class SerpConnection(CustomConnection):
    pass


class ModelConfiguration:
    pass


@dataclasses.dataclass
class AzureOpenAIModelConfiguration(ModelConfiguration):
    azure_deployment: str
    azure_endpoint: Optional[str] = None
    api_version: Optional[str] = None
    api_key: Optional[str] = None
    connection: Optional[str] = None

    @classmethod
    def from_connection(cls, connection, azure_deployment):
        return cls(azure_deployment=azure_deployment, connection=name_of(connection))


@dataclasses.dataclass
class OpenAIModelConfiguration(ModelConfiguration):
    model: str
    base_url: Optional[str] = None
    api_key: Optional[str] = None
    organization: Optional[str] = None
    connection: Optional[str] = None

    @classmethod
    def from_connection(cls, connection, model):
        return cls(model=model, connection=name_of(connection))


def name_of(connection):
    return connection if isinstance(connection, str) or connection is None else connection.name


def configuration(value):
    """The configuration of a model without its key, with the type name of a .prompty file."""
    if not isinstance(value, ModelConfiguration):
        return value
    kind = "azure_openai" if isinstance(value, AzureOpenAIModelConfiguration) else "openai"
    values = dataclasses.asdict(value)
    return {"type": kind, **{key: each for key, each in values.items() if each is not None and key != "api_key"}}


connections = {
    each.__name__: each
    for each in (
        AzureOpenAIConnection,
        CognitiveSearchConnection,
        CustomConnection,
        CustomStrongTypeConnection,
        OpenAIConnection,
        SerpConnection,
        ServerlessConnection,
    )
}
configurations = {
    "AzureOpenAIModelConfiguration": AzureOpenAIModelConfiguration,
    "OpenAIModelConfiguration": OpenAIModelConfiguration,
    "ModelConfiguration": ModelConfiguration,
}


def bound(function, given):
    """Converts the names of connections and the settings of models to the objects that a function declares."""
    parameters = inspect.signature(function).parameters
    return {name: _bind(value, parameters.get(name)) for name, value in given.items()}


def _bind(value, parameter):
    kind = parameter and parameter.annotation
    name = kind if isinstance(kind, str) else getattr(kind, "__name__", "")
    if isinstance(value, str) and name in connections:
        return connections[name](name=value)
    if isinstance(value, str) and parameter and parameter.name == "connection" and value in known_connections:
        return CustomConnection(name=value)
    if isinstance(value, dict) and name in configurations:
        made = configurations[name]
        fields = {field.name for field in dataclasses.fields(made)}
        return made(**{key: each for key, each in value.items() if key in fields})
    return value
