"""The manifest of the tiny district: it brings nothing."""

from shouwang.util.text import Text
from shouwang.web.manifest import Manifest

MANIFEST = Manifest(key="tiny", name=Text("试验区", "Test district"))
