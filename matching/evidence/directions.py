"""Which way is good: whether a figure that somebody demands is a most or a least, by what it measures.

A demanded figure without a comparison means at least as good as that figure. Names of what is measured, and the words
around, tell whether the smaller or the greater one is better; where nothing tells, the greater one is.
"""

import re
from dataclasses import dataclass

from core.language.quantities import Quantity
from matching.evidence.figures import CURRENCIES

_SMALLER_NAMES = (
    "时间|时长|周期|工期|节拍|用时|耗时|间隔|误差|偏差|公差|精度|灵敏度|分辨率|分辨力|准确度|重复性|稳定性|跳动|粗糙|粒径|损|耗|噪|价|费|成本|投资",
    "重量|质量(?!标准|要求|管理|体系|问题|控制|等级|检)|自重|温升|残留|残余|泄漏|漏率|漏气|漏电|延迟|时延|延时|响应|占地|占用|波动|漂移|含量|杂质|挥发|稀释|变形|衰减|散差|差$|死亡|死淘|故障",
    "排放|浓度|浊度|色度|用量|停机|始动|起动流|启动流|冰点|最小|最低|压降|阻力|接触电阻|内阻|自放电|静态电流|振动|谐波|纹波|抖动|畸变|失真|串扰|色差",
    "不平衡|不均匀|偏心|翘曲|收缩|吸水率|残渣|灰分|含水|含油|含硫|含氧|菌落|检出限|检测限|定量限|探测限|不良|废品|破损|误报|漏报|误判|漏检|断头|缺陷",
    "失效|不合格|返工|返修|丢包|误码|错误率|回收期|回本|人工|操作人员|用工|污染|辐射|体积(?!流|浓|分)",
    r"\b(?:time|cost|price|noise|error|weight|mass|latency|delay|loss|drift|leak\w*|consumption|deviation|accuracy)",
    r"\b(?:resolution|repeatability|roughness|residual|residue|emissions?|runout|tolerance|takt|duration|weigh|size)",
    r"\b(?:defects?|scrap|rejects?|false|ripple|vibration|distortion|jitter|shrinkage|warp|swelling|ash)",
    r"\b(?:moisture|limit of)",
    r"\b(?:pressure drop|footprint|payback|downtime|mortality|staff|operators|lead time|setup)",
    "准头|直线度|平面度|圆度|垂直度|同轴度|平行度|收拢|收起|折叠后|不超|不大于|不高于|不多于|误[剔杀识触码]|廊宽|通道|巷",
    "过道|门宽|步进|步距|单块|单件重|连支架|整套重|背着|手提|背得|拎|封装|薄|间隙|缝隙|净空|放得进|塞得进",
    r"\b(?:MARD|works? in|corridor|aisle|steps?|increments?|gap|clearance|fits|yard|cycle|takt)\b",
)
_SMALLER_IS_BETTER = re.compile("|".join(_SMALLER_NAMES), re.I)
_SHORTER_IS_BETTER = re.compile(
    "完成|通车|充|启动|到货|交付|交货|响应|切换|更换|施工|安装|固化|出结果|检测|预热|部署|升温|见效|上线|within|deliver|start|switch|install|charg"
    "|[做干清装卸洗换拆测检扫烘修]完|装好|就能用|可用|能用|更新|刷新|停机|报警|开锁|关断|上车|下线|开放|烂|降解|分解|冷却|成像|扫描|换规格|换型|换模|换产|换刀|拆装|巡检|走完|走一遍|出[数图结现]|有劲|准备"
    "|(?:^|[^0-9])一(?:件|筐|条|扇|把|支|个人|台|盘|炉|罐|张|车|批|遍|趟|万方罐)[^，。；]{0,6}$|每[件筐条扇支台盘炉罐张车批][^，。；]{0,4}$"
    r"|\b(?:sets?|cures?|swaps?|changeovers?|refresh\w*|updates?|scans?|stops?|degrad\w*|dissolv\w*|ready|dries|brain)\b",
    re.I,
)
_IN = re.compile(r"^(?!.*\b(?:no|not|never)\b).*\bin\s(?:about\s)?$", re.I)
_DETECTS = re.compile(
    "识别|检出|分辨|检测到|可测|发现|能报|报得|看得清|看得见|缺口|裂纹|脱粘|detects?|resolves?|notch|crack|flaw", re.I
)
_GREATER_ANYWAY = re.compile(
    "不低于|不小于|不少于|带得动|允许|保质期|寿命|质保|保修|续航|驻|留空|待机|值守|看护|盐雾|[不没未免][^，。；]{0,3}(?:换|坏|锈|裂|脆|剥|褪|掉|烂|停|管|清)|扛|顶得|管|晒|连续|不断电|降(?![到至为])|提[高升]|保持|贮存|储存|产量|效率|周转|去除|降低|减少|缩短|节(?=能|电|水|省|约|油|气|煤)|减重|回收(?!期)|适应|容许|合格|耐|不间断|试验"
    r"|\b(?:lasts?|survives?|warranty|shelf|sealed|standby|runs? for|without)\b"
    "|life|reduction|saving|removal|endurance|tolerates?|accepts?|handles?",
    re.I,
)
DOWN_TO = re.compile(
    "(?:最(?:低|小|薄|细|短|窄|浅|轻|近|少)|[低小薄细短窄轻])可?[到至](?=[^，。；]{0,8}$|\\s*[-−]?[0-9])"
    "|down to\\s*[-−]?[0-9]",
    re.I,
)
_ENOUGH = re.compile("^[^，。；]{0,3}(?:即可|就能|就可|便能|便可|即能|仍可|仍能)")
_STARTS_AT = re.compile("就[转动开亮响]|起[转动]|微风|小苗|也[拍测做装]得")
_EARNS = re.compile("产值|效益|节|省|增收|销售|营收|收入|利润|revenue|sales|sav", re.I)
_COLD = re.compile("冬|低温|[寒冷冰冻]|winter|cold|frost", re.I)
_COLD_BELOW = 15.0
"""Up to so many degrees Celsius a temperature named beside winter or cold is one to go down to."""
_PAUSE = re.compile(r"[,，。;；:：]\s?")
_BETTER_THAN = re.compile("优于|好于|better than", re.I)
_PERCENT = {"percent", "permille"}


@dataclass(frozen=True, slots=True)
class Demand:
    """A demanded figure with the words it stands in."""

    figure: Quantity
    around: str

    @property
    def is_tolerance(self) -> bool:
        """Whether it is a ± alone."""
        low, high = self.figure.low, self.figure.high
        return low is not None and high is not None and low == -high and high > 0


def smaller_is_better(demand: Demand) -> bool:
    """Whether a plain demanded figure is a most rather than a least, by what it measures."""
    figure = demand.figure
    before, behind = demand.around[: figure.start], demand.around[figure.end :]
    before, behind = _PAUSE.split(before)[-1], _PAUSE.split(behind)[0]
    words = f"{before}{figure.text}{behind}"
    if DOWN_TO.search(f"{before}{figure.text}") or (_ENOUGH.search(behind) and figure.dimension != "time"):
        return True
    percent = figure.unit in _PERCENT
    if percent and re.search("精度|灵敏度|准确|accura", words, re.I):
        return False
    if figure.dimension == "temperature" and ((figure.low or 0.0) < 0 or _is_cold(figure, words)):
        return True
    if _STARTS_AT.search(words) or (figure.unit in CURRENCIES and not _EARNS.search(words)):
        return True
    if _BETTER_THAN.search(words) and not percent:
        return True
    for part in (before,) if len(before.strip()) > 1 else (before, words):
        if _GREATER_ANYWAY.search(part):
            return False
        if _SMALLER_IS_BETTER.search(part):
            return True
    if figure.dimension == "time":
        return bool(_SHORTER_IS_BETTER.search(words) or _IN.search(before))
    if figure.dimension in ("length", "area", "mass"):
        return bool(_DETECTS.search(words)) and "距离" not in words
    return figure.unit.startswith(("second /", "minute /", "hour /"))


def _is_cold(figure: Quantity, words: str) -> bool:
    return figure.unit == "degree_Celsius" and (figure.low or 0.0) < _COLD_BELOW and bool(_COLD.search(words))
