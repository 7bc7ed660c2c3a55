"""Results of user code as JSON."""

import dataclasses
import math

from ostinato_images import Image

# Maximum depth of lists and objects in a result.
most_levels = 200


class WrongResult(Exception):
    """Raised for a result that JSON cannot represent."""


def to_json(value, place):
    """Returns the value as JSON. NaN and infinite numbers become text. Raises a WrongResult that names the place."""
    return _convert(value, place, 0)


def _convert(value, place, depth):
    if value is None or isinstance(value, (str, bool, int)):
        return _plain(value)
    if isinstance(value, float):
        return _number(float(value))
    if isinstance(value, Image):
        return value.to_json()
    if depth > most_levels:
        start = place if len(place) <= 60 else f"{place[:60]}…"
        message = f"lists and objects nested more than {most_levels} levels deep, or a value that contains itself"
        raise WrongResult(f"Expected JSON in the {start}, got {message}.")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: _convert(getattr(value, name), _inside(place, name), depth + 1) for name in names}
    if isinstance(value, dict):
        return {_key(key, place): _convert(item, _inside(place, key), depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_convert(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]
    raise WrongResult(f"Expected JSON in the {place}, got {_article(type(value).__name__)}.")


def _plain(value):
    # Subclasses, such as the text of an enum, become their plain value.
    for kind in (bool, str, int):
        if isinstance(value, kind):
            return value if type(value) is kind else kind(value)
    return value


def _number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def _key(key, place):
    if isinstance(key, str):
        return str(key)
    if isinstance(key, (int, float, bool)) or key is None:
        return str(key)
    raise WrongResult(f"Expected text as a key in the {place}, got {_article(type(key).__name__)}.")


def _inside(place, name):
    return f'output "{name}"' if place == "output" else f"{place}.{name}"


def _article(name):
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"
