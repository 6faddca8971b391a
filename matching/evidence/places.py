"""Where something is: a city lies in its province, a province in its part of the country."""

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from matching.evidence.types import KEPT_TEXTS

_DATA = Path(__file__).parent / "data" / "places.tsv"
_PARTS = {
    "京津冀": ("北京", "天津", "河北"),
    "长三角": ("上海", "江苏", "浙江", "安徽"),
    "长江三角洲": ("上海", "江苏", "浙江", "安徽"),
    "珠三角": ("广东",),
    "大湾区": ("广东", "香港", "澳门"),
    "成渝": ("四川", "重庆"),
    "川渝": ("四川", "重庆"),
    "华北": ("北京", "天津", "河北", "山西", "内蒙古"),
    "东北": ("辽宁", "吉林", "黑龙江"),
    "华东": ("上海", "江苏", "浙江", "安徽", "福建", "江西", "山东"),
    "华中": ("河南", "湖北", "湖南"),
    "华南": ("广东", "广西", "海南"),
    "西南": ("重庆", "四川", "贵州", "云南", "西藏"),
    "西北": ("陕西", "甘肃", "青海", "宁夏", "新疆"),
    "江浙沪": ("上海", "江苏", "浙江"),
}
_ABOUT_PLACE = re.compile(
    "注册|位于|设在|设有|设立|驻|地处|总部|本地|当地|省内|市内|境内|区域|地区|企业|单位|团队|公司|基地|苗圃|实验室|厂|优先|就近|[省市]"
)


@cache
def _regions() -> dict[str, tuple[str, ...]]:
    with _DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    return {region: tuple(places.split("|")) for region, places in rows}


@lru_cache(maxsize=KEPT_TEXTS)
def wanted_regions(text: str) -> frozenset[str]:
    """The provinces in which `text` wants something to be; empty where it is not about a place."""
    return regions_in(text) if _ABOUT_PLACE.search(text) else frozenset()


@lru_cache(maxsize=KEPT_TEXTS)
def regions_in(text: str) -> frozenset[str]:
    """The provinces that `text` names, itself, by one of their cities or as a part of the country."""
    return frozenset(region for place in _pattern().findall(text) for region in _meant()[place])


@cache
def _meant() -> dict[str, tuple[str, ...]]:
    places = {place: (region,) for region, names in _regions().items() for place in names}
    return places | _PARTS


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _meant()), key=len, reverse=True)))
