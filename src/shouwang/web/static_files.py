"""How static files are stored once collected: under names that carry their digest, compressed beforehand."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Names with digests also inside scripts, so that a module imported twice is loaded, and kept, once."""

    support_js_module_import_aggregation = True
