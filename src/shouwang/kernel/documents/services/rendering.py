"""Making PDFs with typst, and codes with segno. Reads templates and fonts, writes nothing.

A template gets its data as JSON through `sys.inputs`, never as markup, so that what people typed stays text.
It is compiled from the source tree as root: `#import "/kernel/documents/templates/paper.typ": *`.
Fonts are only the vendored Noto Sans SC, and what a deployment lays into `<SHOUWANG_VAR>/fonts/` for rare
characters; never what happens to be installed.
"""

from __future__ import annotations

import functools
import io
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

from shouwang.kernel.documents.models import DocumentKind
from shouwang.util import clock

FONT_FOLDER = Path(__file__).resolve().parent.parent / "fonts"
#: `--sw-ink` of the pages.
INK = "#19211e"


@dataclass
class _Press:
    """A compiler kept warm for one template; it is not safe for threads, so one prints at a time."""

    source: bytes
    compiler: typst.Compiler
    lock: threading.Lock = field(default_factory=threading.Lock)


def render(
    kind: DocumentKind,
    data: Mapping[str, Any],
    *,
    document: Mapping[str, Any] | None = None,
    language: str = "zh-hans",
) -> bytes:
    """Return the PDF of `kind` made from `data` (JSON values), about 5 ms after the first time.

    `document` carries what stands on an issued paper (number, date, code); without it the paper says that it
    is a specimen. Raises typst.TypstError for a template that does not compile.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False), "language": language}
    inputs["document"] = json.dumps(document, ensure_ascii=False) if document else ""
    press = _press(kind.template, kind.template.stat().st_mtime_ns)
    printed_at = clock.now().replace(microsecond=0)
    with press.lock:
        pdf = press.compiler.compile(press.source, format="pdf", sys_inputs=inputs, timestamp=printed_at)
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst made no PDF of {kind.key}")
    return pdf


def qr_svg(text: str) -> str:
    """Return a QR code of `text` as an SVG element without size (it fills its box), error correction M.

    Raises ValueError (segno.DataOverflowError) for more than 2,331 characters.
    """
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False, boost_error=False)
    code.save(out, kind="svg", border=2, xmldecl=False, omitsize=True, nl=False, dark=INK, light="#ffffff")
    return out.getvalue().decode()


@functools.lru_cache(maxsize=64)
def _press(template: Path, modified_ns: int) -> _Press:  # noqa: ARG001 a changed template is a new press
    # The source goes in as bytes: templates of tests and deployments may lie outside the root.
    compiler = typst.Compiler(root=str(settings.BASE_DIR), font_paths=_fonts(), ignore_system_fonts=True)
    return _Press(template.read_bytes(), compiler)


@functools.lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    folders = [str(folder) for folder in (FONT_FOLDER, settings.VAR_DIR / "fonts") if folder.is_dir()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
