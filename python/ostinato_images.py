"""Images of promptflow: objects in Python, and objects such as {"data:image/png;path": "cat.png"} in JSON."""

import base64
import hashlib
import mimetypes
import re
import urllib.request
from pathlib import Path

_key = re.compile(r"^data:(image/(?:[\w.+-]+|\*));(path|url|base64)$")


class Image(bytes):
    """An image of promptflow: its bytes, with their type and their source."""

    def __new__(cls, value, *_, **__):
        return super().__new__(cls, value)

    def __init__(self, value, mime_type="image/*", source_url=None):
        self._mime_type = mime_type.lower()
        self._hash = hashlib.sha1(value).hexdigest()[:8]
        self.source_url = source_url
        self.source = None

    def to_base64(self, with_type=False, dict_type=False):
        text = base64.b64encode(self).decode()
        if not with_type:
            return text
        if dict_type:
            return {f"data:{self._mime_type};base64": text}
        return f"data:{self._mime_type};base64,{text}"

    def __str__(self):
        return f"Image({self._hash})"

    __repr__ = __str__

    def to_json(self):
        """Returns the object from which the image was made, otherwise an object with its bytes."""
        return self.source or self.to_base64(with_type=True, dict_type=True)


def with_images(value):
    """Returns the value with an Image in place of each object that describes an image."""
    if isinstance(value, list):
        return [with_images(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(key, place)] = value.items()
        found = _key.match(key)
        if found and isinstance(place, str):
            return _made(value, found, place)
    return {key: with_images(item) for key, item in value.items()}


def _made(source, found, place):
    mime_type, form = found.groups()
    if form == "base64":
        data = base64.b64decode(place)
    elif form == "path":
        data = Path(place).read_bytes()
    else:
        with urllib.request.urlopen(place, timeout=30) as answer:
            data = answer.read()
    guessed = mimetypes.guess_type(place)[0] if form != "base64" and mime_type == "image/*" else None
    image = Image(data, guessed or mime_type, place if form == "url" else None)
    image.source = source
    return image
