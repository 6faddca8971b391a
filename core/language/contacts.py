"""Whom to call, found in running text: numbers, addresses of mail, names at messengers, people named as the contact.

Figures, standards, patents, dates and names of models are none. When in doubt a bare number is left alone: one counts
by its form (a mobile, or an area code with a number of the right length), any other only behind a word that announces
it.
Pure; offsets are those of the text as given.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.language.normalise import same_width

MASK = "*"


class ContactKind(StrEnum):
    """What kind of contact data it is."""

    PHONE = "phone"
    MAIL = "mail"
    ACCOUNT = "account"
    """A name or number at a messenger."""
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Contact:
    """Contact data at `start:end` of a text; the words that announce it (“电话：”) begin at `announced`."""

    kind: ContactKind
    announced: int
    start: int
    end: int


_COUNTED = (
    r"(?!\s?(?:[℃°%‰‱μΩ×~至±]|/[A-Za-z年月日天]|[次个件元块万亿台套只部吨米克升页路]|转(?![0-9])|欧元|美元|分钟|小时"
    r"|(?:mm|cm|km|kg|m|g|t|s|h|min|Hz|kHz|MHz|GHz|Pa|kPa|MPa|GPa|V|kV|W|kW|MW|A|mAh|rpm|cycles?|pieces?|pcs|times|units)\b))"
)
"""What follows a figure and never a number to call."""
_ENDS = rf"(?![0-9A-Za-z_]|[.,][0-9]|-[0-9]{{5}}){_COUNTED}"
_SEP = r"[\s:：.,，号码为是]{0,4}"
_CALL = (
    r"(?:联系电话|联系方式|电话|座机|固话|传真|热线|(?<![A-Za-z])(?:tel(?:ephone)?|phone|fax)(?:\s?(?:no|number))?\b)"
)
_MOBILE_WORD = r"(?:手机|(?<![A-Za-z])(?:mobile|cell)(?:\s?(?:phone|no|number))*\b)"
_ANNOUNCES = rf"(?P<label>(?:{_CALL}|{_MOBILE_WORD}|联系|(?<![A-Za-z])(?:call|tel|mob)){_SEP})"
_NUMBERED = ("编号", "单号", "批号", "序列号", "图号", "料号", "货号", "型号", "专利号", "申请号", "备案号")
_FREE = r"(?<![0-9A-Za-z_+×*≥≤><=-])(?<![0-9][.,])" + "".join(rf"(?<!{word})(?<!{word}:)" for word in _NUMBERED)
_EXTENSION = r"(?:\s?(?:转|ext\.?)\s?[0-9]{1,6}|-[0-9]{1,4}(?![0-9]))?"
_AREA = r"(?:010|02[0-9]|0[3-9][0-9]{2})"

_MOBILE = re.compile(
    rf"(?:{_ANNOUNCES}|{_FREE})(?P<value>(?:(?:\+|00)?86[-\s]?)?1[3-9][0-9](?P<gap>[-\s]?)[0-9]{{4}}(?P=gap)[0-9]{{4}})"
    rf"{_ENDS}",
    re.I,
)
_LANDLINE = re.compile(
    rf"(?:{_ANNOUNCES}|{_FREE})(?P<value>(?:"
    rf"(?:(?:\+|00)86[-\s]?)?(?:\({_AREA}\)\s?|{_AREA}[-\s]?)[0-9]{{3,4}}[-\s]?[0-9]{{4}}"
    rf"|(?:\+|00)86[-\s]?[1-9][0-9]{{1,2}}[-\s]?[0-9]{{3,4}}[-\s]?[0-9]{{4}}"
    rf"|[48]00-[0-9]{{3}}-?[0-9]{{4}}){_EXTENSION}){_ENDS}",
    re.I,
)
_CALLED = re.compile(
    rf"(?P<label>{_CALL}{_SEP})(?P<value>(?!(?:19|20)[0-9]{{2}}-(?:19|20)[0-9]{{2}})"
    rf"[2-9][0-9]{{2,3}}[-\s]?[0-9]{{4}}{_EXTENSION}"
    rf"|\+[1-9][0-9]{{0,2}}[-\s]?\(?[0-9]{{1,4}}\)?(?:[-\s]?[0-9]{{2,4}}){{2,4}}){_ENDS}",
    re.I,
)
_MAIL = re.compile(
    r"(?P<label>(?:电子邮[箱件]|邮[箱件]|(?<![A-Za-z])e-?mail)[\s:：为是]{0,3})?"
    r"(?P<value>(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]*\s?@\s?(?:[A-Za-z0-9-]+\.)*"
    r"(?:163|126|139|188|189|(?=[A-Za-z0-9-]*[A-Za-z])[A-Za-z0-9-]+)\.[A-Za-z]{2,10})(?![A-Za-z0-9])",
    re.I,
)
_MESSENGER = r"(?:微信|QQ|weixin|we\s?chat|钉钉|飞书|whatsapp|skype)"
_SHORT_FOR_ONE = r"(?:v\s?x|v信|薇信|威信|wx)"
_NAMED = r"\s?(?:号码?|群号?|ID|账号|帐号|number|account)"
_TOLD = rf"(?:{_NAMED}{{1,2}}\s?[:：为是]?|\s?[:：]|\s?(?:为|是|is))\s?"
_BEFORE_ACCOUNT = r"(?<![A-Za-z0-9])"
_ACCOUNT = re.compile(
    rf"{_BEFORE_ACCOUNT}(?:(?P<label>(?:{_MESSENGER}|{_SHORT_FOR_ONE}){_TOLD})"
    r"(?P<value>[a-z][a-z0-9_-]{5,19}|[0-9]{5,11})"
    rf"|(?P<label2>{_MESSENGER}\s?)(?P<value2>(?=[a-z_-]*[0-9])[a-z][a-z0-9_-]{{5,19}}|[1-9][0-9]{{4,10}}))"
    rf"(?![A-Za-z0-9_]|[.,][0-9]){_COUNTED}",
    re.I,
)

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜"
    "路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植"
)
_TITLE = (
    "(?:总工程师|总工|工程师|董事长|总经理|总监|经理|主任|主管|博士|教授|老师|先生|女士|小姐|处长|科长|厂长|部长|院长|所长|局长|站长"
    "|书记|师傅|研究员|总|工|董|博)"
)
_NO_NAME = (
    "(?!(?:管理|任务|信息|方式|方法|电话|地址|单位|部门|人员|姓名|名称|手机|邮箱|待定|暂无|无|同上|见附件|详见|附件|不限|如下|成员|方面"
    "|时间|关系|文件|平台|系统|石墨|金属|高温|温度|安全|安装|工)(?![\u4e00-\u9fff]?(?:经理|主任|博士|老师|先生|女士)))"
)
_AFTER_NAME = r"(?=$|[\s,，。;；、.()\[\]/|:：!0-9A-Za-z-]|电话|手机|邮箱|微信|联系|收|QQ)"
_NAME = (
    rf"{_NO_NAME}(?:[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?{_TITLE}(?![\u4e00-\u9fff])"
    rf"|[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?{_TITLE}(?=电话|手机|邮箱|微信|联系)|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}{_AFTER_NAME})"
)
_ANY_NAME = rf"(?:{_NAME}|{_NO_NAME}[\u4e00-\u9fff]{{2,4}}{_AFTER_NAME})"
_ENGLISH_NAME = r"(?:[A-Z][a-z]+\.?(?:[ -][A-Z][a-z]*\.?){1,2}|(?:Mr|Ms|Mrs|Miss|Dr|Prof)\b\.?(?:\s[A-Z][a-z]+){1,3})"
_TITLED = rf"[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?{_TITLE}"
_WHO = r"(?:企业|技术|项目|业务|本司|我方|厂方)?(?:联系|联络|对接|接洽|经办)人"
_PERSON = re.compile(
    rf"{_WHO}(?:姓名)?\s?:\s?(?P<value>{_ANY_NAME}|{_ENGLISH_NAME}|[A-Z][a-z]+\b)"
    rf"|{_WHO}(?:姓名)?(?:\s|为|是)?(?P<value2>{_NAME})"
    rf"|联系\s?:\s?(?P<value3>{_NAME}|{_ENGLISH_NAME})"
    rf"|(?:请|可|直接)?联系\s?(?P<value4>{_TITLED}(?=$|[^\u4e00-\u9fff]|电话|手机|微信))"
    rf"|[找与跟和](?P<value5>{_TITLED})(?=联系|接洽|对接(?!$)|洽谈)"
    rf"|\b[Cc]ontact\s(?:person|name)\s?(?::|is)\s?(?P<value6>{_ENGLISH_NAME}|[A-Z][a-z]+\b)"
    rf"|\b[Cc]ontact(?:\s?:)?\s?(?P<value7>{_ENGLISH_NAME})(?=\s*(?:$|[,;.()\n]|(?:at|on|by|via|for)\b))"
)
_NAME_BEFORE = re.compile(rf"(?P<value>{_TITLED})[\s,，:(]{{0,2}}$")
_NAME_BEHIND = re.compile(rf"[\s,，(]{{0,2}}(?P<value>{_TITLED})(?![\u4e00-\u9fff])")
_FOUND_BY = (
    (ContactKind.MAIL, _MAIL),
    (ContactKind.ACCOUNT, _ACCOUNT),
    (ContactKind.PHONE, _MOBILE),
    (ContactKind.PHONE, _LANDLINE),
    (ContactKind.PHONE, _CALLED),
    (ContactKind.PERSON, _PERSON),
)
_SIGN = re.compile(
    r"[0-9@]|联|对接|洽|经办|微信|钉钉|飞书|[QqVvWw][QqXx信]|[Cc]ontact|[Ss]kype|[Ww]e ?[Cc]hat|[Ww]hats"
)
"""Without one of these a text holds no contact data; most clauses have none."""
_IN_CONTACT = re.compile(rf"[0-9A-Za-z@+]|[{_SURNAMES}]|{_TITLE}")


def contacts(text: str) -> tuple[Contact, ...]:
    """The contact data in `text`, in order and without overlaps; never raises."""
    plain = same_width(text)
    if not _SIGN.search(plain):
        return ()
    found = _apart((), _candidates(plain))
    found = _apart(found, [name for one in found for name in _named_beside(plain, one, found)])
    return tuple(sorted(found, key=lambda one: one.start))


def without_contacts(text: str) -> str:
    """`text` with every character of the contact data in it as `MASK`, so that all offsets stay true."""
    shown = list(text)
    for one in contacts(text):
        shown[one.start : one.end] = MASK * (one.end - one.start)
    return "".join(shown)


def _apart(found: Iterable[Contact], more: Iterable[Contact]) -> list[Contact]:
    """`found` with those of `more` that overlap with none before them."""
    apart = [*found]
    for one in more:
        if all(one.end <= other.start or other.end <= one.start for other in apart):
            apart.append(one)
    return apart


def _named_beside(plain: str, one: Contact, found: list[Contact]) -> Iterator[Contact]:
    """Who stands with a title right before or behind other contact data and is not among those `found`."""
    if one.kind is ContactKind.PERSON:
        return
    low = max((other.end for other in found if other.end <= one.announced), default=0)
    high = min((other.announced for other in found if other.announced >= one.end), default=len(plain))
    before = _NAME_BEFORE.search(plain, max(low, one.announced - 12), one.announced)
    behind = _NAME_BEHIND.match(plain, one.end, high)
    for name in (before, behind):
        if name:
            yield Contact(ContactKind.PERSON, name.start("value"), *name.span("value"))


def may_be_contact(word: str) -> bool:
    """Whether a word that is searched for could stand in contact data: part of a number, an address or a name."""
    return bool(_IN_CONTACT.search(same_width(word)))


def _candidates(plain: str) -> Iterator[Contact]:
    """What the patterns find, what is the surest first."""
    for kind, pattern in _FOUND_BY:
        for match in pattern.finditer(plain):
            value = next(name for name, said in match.groupdict().items() if said and name.startswith("value"))
            yield Contact(kind, match.start(), *match.span(value))
