"""Names: official ones made short and given an English form, and invented ones for courtyards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import numpy as np
from pypinyin import lazy_pinyin

_COMMITTEE = re.compile(r"(居民居委会|居民委员会|居委会)$")
_VILLAGE = re.compile(r"(村民委员会|村委会)$")
#: Where the dictionary of readings does not know the local one.
_READINGS = {"杓袁": "Shaoyuan", "开发行": "Kaifahang"}
_VOWELS = ("a", "o", "e")

#: Two-character stems of invented courtyards: a first and a second character.
FIRST = "听望栖采拾临枕沐揽映漱倚织咏怀问簪暮清素澄秋春云松竹兰荷桐枫梅榆槐杏芦星霁远静嘉"
SECOND = "澜风月溪竹露霞烟汀洲岚泉石砚琴棋书笛帆桥堤渚蘅薇芷枫桐桂柳鹭鹤雁莺苔萤舟圃篱梧棠"
_SUFFIXES = {
    "PROPERTY_MANAGED": [
        ("苑", "Court"),
        ("园", "Garden"),
        ("居", "Residence"),
        ("庭", "Terrace"),
        ("湾", "Bay"),
    ],
    "RELOCATION_STAFFED": [("新居", "New Homes"), ("家园", "Homestead")],
}


def pinyin(words: str) -> str:
    """Return one capitalised word of pinyin, with an apostrophe where syllables would run together."""
    if words in _READINGS:
        return _READINGS[words]
    syllables = lazy_pinyin(words, v_to_u=True)
    joined = "".join(
        f"'{one}" if number and one[0] in _VOWELS else one for number, one in enumerate(syllables)
    )
    return joined.capitalize()


def subdistrict_names(official: str) -> tuple[str, str]:
    """Return the short Chinese and the English name: 经八路街道, Jingbalu Sub-district."""
    name = official.removesuffix("办事处").removesuffix("街道")
    return f"{name}街道", f"{pinyin(name)} Sub-district"


def community_names(official: str, subdistrict: str) -> tuple[str, str]:
    """Return the short Chinese and the English name of a community or village.

    A road that gives the sub-district its name, and that some committees carry in front, is left out:
    "东风路白庙社区居民委员会" in 东风路街道 is 白庙社区 Baimiao Community; "河村村委会" is 河村.
    """
    prefix = subdistrict.removesuffix("街道")
    shorter = official.removeprefix(prefix) if prefix.endswith("路") else official
    if _VILLAGE.search(official):
        name = _VILLAGE.sub("", shorter)
        name = name if name.endswith("村") else f"{name}村"
        stem = name.removesuffix("村") if len(name) > 2 else name
        return name, f"{pinyin(stem)} Village"
    if not shorter.startswith("社区"):
        official = shorter
    name = _COMMITTEE.sub("", official)
    is_planned = name.endswith("拟社区")
    stem = name.removesuffix("拟社区" if is_planned else "社区")
    if is_planned:
        return f"{stem}社区（筹）", f"{pinyin(stem)} Community (planned)"
    return f"{stem}社区", f"{pinyin(stem)} Community"


def is_village(official: str) -> bool:
    """Tell whether the official name is that of a villagers' committee."""
    return bool(_VILLAGE.search(official))


def courtyard_stems(rng: np.random.Generator) -> Iterator[str]:
    """Yield every stem once, in the order that `rng` gives them."""
    stems = [one + other for one, other in product(FIRST, SECOND) if one != other]
    return (stems[number] for number in rng.permutation(len(stems)))


def courtyard_names(kind: str, stem: str, rng: np.random.Generator) -> tuple[str, str]:
    """Return the Chinese and the English name of a courtyard: 听澜苑 Tinglan Court, 听澜里3号院 …"""
    if kind == "LEGACY_BACKSTOP":
        number = int(rng.integers(1, 30))
        return f"{stem}里{number}号院", f"No. {number} {pinyin(stem)} Lane"
    zh, en = _SUFFIXES[kind][int(rng.integers(len(_SUFFIXES[kind])))]
    return f"{stem}{zh}", f"{pinyin(stem)} {en}"
