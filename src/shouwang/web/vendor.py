"""Vendored files: what the browser and the PDF renderer need from elsewhere, copied into the repository.

`make vendor` (`python -m shouwang.web.vendor`) installs the packages that `package-lock.json` pins, copies
the few files we use, draws the icon sprite, cuts Tabler and the fonts down to what is used and writes
`vendor.json`: name, version, licence, source package and SHA-256 of every file. Nothing of Node is needed to
run Shouwang. It is not a bundler: scripts stay as published, but for pointers to source maps we do not ship.
Only this module writes below `static/vendor/` and `kernel/documents/fonts/`.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shouwang.web import stylesheet

SOURCE = Path(__file__).resolve().parents[1]
REPOSITORY = SOURCE.parents[1]
MODULES = REPOSITORY / "node_modules"
VENDOR = Path("web/static/vendor")
FONTS = Path("kernel/documents/fonts")
MANIFEST = SOURCE / VENDOR / "vendor.json"
SPRITE = SOURCE / VENDOR / "icons.svg"

_SOURCE_MAP = re.compile(rb"\n?/\*# sourceMappingURL=[^*]*\*/\s*$|\n?//# sourceMappingURL=\S*\s*$")
_ICON_TAG = re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""")
_ICON_ARGUMENT = re.compile(r"""\bicon\s*=\s*["']([a-z0-9-]+)["']""")
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.S)


@dataclass(frozen=True)
class Asset:
    """One vendored file: where it comes from, where it goes (relative to `src/shouwang`), on what terms."""

    package: str
    source: str
    target: Path
    licence: str


TABLER = Asset("@tabler/core", "dist/css/tabler.min.css", VENDOR / "tabler.min.css", "MIT")
ICONS = Asset("@tabler/icons", "icons/outline/*.svg", VENDOR / "icons.svg", "MIT")
BPMN_FONT = Asset(
    "bpmn-js", "dist/assets/bpmn-font/css/bpmn-embedded.css", VENDOR / "bpmn-font.css", "OFL-1.1"
)
COPIED = (
    TABLER,
    Asset("@tabler/icons", "LICENSE", VENDOR / "licences/tabler.txt", "MIT"),
    Asset("htmx.org", "dist/htmx.min.js", VENDOR / "htmx.min.js", "0BSD"),
    Asset("htmx.org", "LICENSE", VENDOR / "licences/htmx.txt", "0BSD"),
    Asset("idiomorph", "dist/idiomorph.min.js", VENDOR / "idiomorph.min.js", "0BSD"),
    Asset("idiomorph", "LICENSE", VENDOR / "licences/idiomorph.txt", "0BSD"),
    Asset(
        "bpmn-js",
        "dist/bpmn-navigated-viewer.production.min.js",
        VENDOR / "bpmn-navigated-viewer.min.js",
        "LicenseRef-bpmn-js",
    ),
    Asset(
        "bpmn-js",
        "dist/bpmn-modeler.production.min.js",
        VENDOR / "bpmn-modeler.min.js",
        "LicenseRef-bpmn-js",
    ),
    BPMN_FONT,
    Asset("bpmn-js", "dist/assets/diagram-js.css", VENDOR / "diagram-js.css", "LicenseRef-bpmn-js"),
    Asset("bpmn-js", "dist/assets/bpmn-js.css", VENDOR / "bpmn-js.css", "LicenseRef-bpmn-js"),
    Asset("bpmn-js", "LICENSE", VENDOR / "licences/bpmn-js.txt", "LicenseRef-bpmn-js"),
    Asset("@expo-google-fonts/noto-sans-sc", "LICENSE_FONT", FONTS / "OFL.txt", "OFL-1.1"),
)
SUBSET = (
    Asset(
        "@expo-google-fonts/noto-sans-sc",
        "400Regular/NotoSansSC_400Regular.ttf",
        FONTS / "NotoSansSC-Regular.ttf",
        "OFL-1.1",
    ),
    Asset(
        "@expo-google-fonts/noto-sans-sc",
        "600SemiBold/NotoSansSC_600SemiBold.ttf",
        FONTS / "NotoSansSC-SemiBold.ttf",
        "OFL-1.1",
    ),
)
EVERY_ASSET = (*COPIED, ICONS, *SUBSET)

#: Characters of given names, places and plates that GB 2312 lacks but people carry today.
BEYOND_GB2312 = (
    "喆堃玥珺翀昇煊瑨彧祎晞旸暐璟璘玟垚犇骉甡赟燚芃妘婳媛铖镕锟锜鋆鑫炘烜焜燊禛祜祚禤郗旻昉昕晗晳"
    "暄曌朤杬栐桉棽椤楒槿樾歆毓泓洺浠淏淯渼湉湦溦滢漪潆澍澔澴濛瀚瀛灏炅炆炜烨焱焯煐熙熠燏玙珂珅珈"
    "珑珣珩琎琛琤琦琪琬琰瑄瑀瑜瑾璇璐璠瓅甯皓睿祺禧禹稷穎筠箬篪絮綦纾缇羿翊翕翾聿芊芮芷苒茉茜荃荇"
    "莘莙菀菡萱葳蓁蓓蔚蕙薇薏藜蘅虓蘭袆裬觅诗诺谞贇轩辰邕邺郅郢鄢酆钊钰钲铎铮锐锦锴镌镔镡闫闰阎阗"
    "陟隽霁霄霏霓靖靓鞅韫韬颉颢飏飒馥骁骅骐骞鸢鸣鹄麒黛龑䶮㛃𬭎𬱖𫖯𬀩𬍛𬎆𫘦𬬭"
)


def _latin_and_signs() -> Iterator[int]:
    """Yield code points of Latin, Greek, punctuation, arrows, boxes, CJK signs and full-width forms."""
    for first, last in (
        (0x20, 0x7E), (0xA0, 0x17F), (0x1CD, 0x1DC), (0x391, 0x3C9), (0x2010, 0x2027), (0x2030, 0x203B),
        (0x20AC, 0x20AC), (0x2103, 0x2103), (0x2109, 0x2109), (0x2116, 0x2116), (0x2122, 0x2122),
        (0x2150, 0x216B), (0x2190, 0x2199), (0x2200, 0x226F), (0x2460, 0x249B), (0x2500, 0x257F),
        (0x25A0, 0x25CF), (0x2605, 0x2606), (0x2610, 0x2612), (0x2713, 0x2717), (0x3000, 0x3017),
        (0x301D, 0x301E), (0x3220, 0x3229), (0x33A1, 0x33A1), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE5),
    ):  # fmt: skip
        yield from range(first, last + 1)


def font_characters() -> set[int]:
    """Return the code points the PDF fonts carry: GB 2312 levels 1 and 2 with its signs, Latin, and names."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    gb2312 = (ord(c) for c in (pair.decode("gb2312", "ignore") for pair in pairs) if c)
    return {*gb2312, *_latin_and_signs(), *map(ord, BEYOND_GB2312)}


def subset_font(source: Path, target: Path) -> None:
    """Write `source` (TrueType) cut to `font_characters()` as `target`, always the same bytes."""
    from fontTools import subset  # type: ignore[import-untyped]  # ships no types; make vendor only

    options = subset.Options(
        layout_features=["kern", "locl", "ccmp", "mark"], hinting=False, recalc_timestamp=False
    )
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.drop_tables += ["vhea", "vmtx", "BASE"]
    with subset.load_font(str(source), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=font_characters())
        cutter.subset(font)
        subset.save_font(font, str(target), options)


def icons_used(root: Path = SOURCE) -> list[str]:
    """Return the Tabler icon names that templates (`{% icon "x" %}`) and code (`icon="x"`) name."""
    names: set[str] = set()
    for path in root.rglob("*"):
        if path.suffix == ".html":
            names.update(_ICON_TAG.findall(path.read_text()))
        if path.suffix in {".html", ".py"}:
            names.update(_ICON_ARGUMENT.findall(path.read_text()))
    return sorted(names)


def sprite(names: Iterable[str], folder: Path) -> str:
    """Return one SVG with a `<symbol id="name">` for each of `names`, drawn from the icons in `folder`."""
    symbols = []
    for name in names:
        drawing = _DRAWING.search((folder / f"{name}.svg").read_text())
        if drawing is None:
            raise ValueError(f"{name}.svg holds no drawing")
        paths = re.sub(r"\s*<path stroke=\"none\"[^>]*/>", "", drawing[1])
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(paths.split())}</symbol>')
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


def cut_stylesheet(css: str) -> str:
    """Return Tabler's stylesheet without the rules that no page of ours uses, its licence kept on top."""
    licence = re.search(r"/\*!.*?\*/", css, re.S)
    if licence is None:
        raise ValueError("the stylesheet has lost its licence")
    return f"{licence[0]}\n{stylesheet.cut(css, stylesheet.words_in_use(SOURCE))}\n"


def without_files(css: str) -> str:
    """Return a stylesheet without the fonts that lie in files beside it; those that it carries stay."""
    css = re.sub(r"/\*.*?\*/\s*", "", css, flags=re.S)
    return re.sub(r"@font-face\s*\{[^{}]*url\('\.\./[^{}]*\}\s*", "", css)


def install_packages() -> None:
    """Install what `package-lock.json` pins into `node_modules/`, running no script of any package."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("make vendor needs npm (Debian: apt-get install npm). Running Shouwang does not.")
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=REPOSITORY, check=True)


def copy_assets() -> None:
    """Copy, cut and draw every asset into the source tree."""
    for asset in (*COPIED, *SUBSET):
        target = SOURCE / asset.target
        target.parent.mkdir(parents=True, exist_ok=True)
        source = MODULES / asset.package / asset.source
        if asset in SUBSET:
            subset_font(source, target)
        elif asset is TABLER:
            target.write_text(cut_stylesheet(source.read_text()))
        elif asset is BPMN_FONT:
            target.write_text(without_files(source.read_text()))
        else:
            target.write_bytes(_SOURCE_MAP.sub(b"\n", source.read_bytes()))
    SPRITE.write_text(sprite(icons_used(), MODULES / ICONS.package / "icons/outline"))


def manifest() -> list[dict[str, str]]:
    """Return one row for each asset: name, version, licence, package, source, path, sha256."""
    rows = []
    for asset in sorted(EVERY_ASSET, key=lambda a: str(a.target)):
        package = json.loads((MODULES / asset.package / "package.json").read_text())
        rows.append(
            {
                "name": asset.target.name,
                "version": package["version"],
                "licence": asset.licence,
                "package": asset.package,
                "source": asset.source,
                "path": asset.target.as_posix(),
                "sha256": hashlib.sha256((SOURCE / asset.target).read_bytes()).hexdigest(),
            }
        )
    return rows


def main() -> None:
    """Do all of it, and say what was written."""
    install_packages()
    copy_assets()
    rows = manifest()
    MANIFEST.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write(f"vendored {len(rows)} files, {len(icons_used())} icons\n")


if __name__ == "__main__":
    main()
