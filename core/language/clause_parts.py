"""The parts of a text under a heading that announces no demand: 现有工作基础, 公司简介, 现状, Background.

Works on a text brought to one width (`same_width`).
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

_TOLD = (
    "(?:现有|已有|前期|目前)?的?(?:工作|研究|研发|技术|合作|项目)?基础(?:条件|情况)?\\s?:",
    "(?:现有|已有)的?(?:工作|研究|研发|技术)?基础(?=[\\s\u4e00-\u9fff])(?![上下])",
    "(?:企业|公司|单位)(?:简介|概况|介绍|基本情况)|(?:(?:国内外?|研究|行业|技术|目前|发展)现状|(?:项目|技术|行业)?背景|(?:目前)?研究进展)\\s?:",
    "(?:资金|经费|项目|投资)预算(?!不)|(?:市场|应用)前景(?:分析)?\\s?:|(?:遇到|存在)的(?:主要)?问题(?:和|及|与)风险|效益分析\\s?:",
    r"(?:(?<=\n)|^)(?:background|about (?:us|the company)|company profile|current (?:situation|state)|budget)\s?:",
)
_ASKED = (
    "需求(?:内容|描述|目标|说明|名称|如下|是|为|:)|(?:技术|主要|具体|功能)(?:需求|指标|参数|要求)|预期(?:目标|成果|效果|指标|达到)",
    "(?:研究|主要|建设|研发)(?:内容|目标)|(?:考核|性能|验收)指标|指标要求|拟解决|[需要]解决的|技术(?:难题|瓶颈)|合作(?:方式|需求|内容)|希望",
    "(?:解决[^,，。;:\\n]{0,12}|目标|要求)\\s?:|\\b(?:requirements?|needs?|targets?|objectives?|specifications?|goals?)\\s?:",
)
_HEADINGS = re.compile(rf"(?P<told>{'|'.join(_TOLD)})|(?:{'|'.join(_ASKED)})", re.I)
# A text without any of these has no such heading; most clauses that are read alone have none.
_SIGNS = ("基础", "现状", "背景", "简介", "概况", "介绍", "情况", "进展", "预算", "前景", "风险", "效益",
          "ackground", "BACKGROUND", "bout ", "ompany ", "urrent ", "udget")  # fmt: skip


class ToldParts(NamedTuple):
    """The stretches behind such a heading, each until a heading that announces demands."""

    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, plain: str) -> "ToldParts":
        """Those of `plain`."""
        starts: list[int] = []
        ends: list[int] = []
        for heading in _HEADINGS.finditer(plain) if any(sign in plain for sign in _SIGNS) else ():
            is_open = len(starts) > len(ends)
            if heading["told"] and not is_open:
                starts.append(heading.start())
            elif not heading["told"] and is_open:
                ends.append(heading.start())
        return cls(starts, ends if len(ends) == len(starts) else [*ends, len(plain)])

    def hold(self, start: int) -> bool:
        """Whether what begins at `start` stands in one of them."""
        index = bisect_right(self.starts, start) - 1
        return index >= 0 and start < self.ends[index]
