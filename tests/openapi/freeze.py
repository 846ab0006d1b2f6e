"""The description of the API as it is now, and its frozen copy: `python -m tests.openapi.freeze` renews it.

Whoever changes the API renews the copy, and the change of the contract is read with the change of the code.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FROZEN = Path(__file__).with_name("openapi.json")


def described() -> dict[str, Any]:
    """Return the description that /api/v1/openapi.json serves."""
    from shouwang.web.api import API

    return json.loads(json.dumps(API.get_openapi_schema(), default=str))


def as_text(description: dict[str, Any]) -> str:
    """Return a description as the frozen copy holds it: in order, readable in a diff."""
    return json.dumps(description, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.settings")
    django.setup()
    FROZEN.write_text(as_text(described()), encoding="utf-8")
