"""Make the files of Jinshui's territory anew from their sources, after a source or parameter changed.

    .venv/bin/python tools/jinshui.py

What is written, and from what, stands in `src/shouwang/districts/jinshui/data/README.md`.
"""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.settings")
django.setup()

from shouwang.districts.jinshui import make  # noqa: E402 - models can be read only once Django stands

make.make(make.DATA)
