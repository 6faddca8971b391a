"""Numbers that are no quantities: days of the calendar, ordinals, names of standards, steels, models and patents."""

import re

_YEAR = "(?:19|20)[0-9]{2}"
_MONTH_AND_DAY = r"[0-9]{1,2}\s?月(?:份|底|初)?(?:\s?[0-9]{1,2}\s?[日号])?"
_BODIES = "GB(?!P)|GJB|ISO|IEC|ASTM|EN|DIN|JIS|YB|HG|JB|QC|TB|DB|NB|DL|SY|HJ|CJ|JGJ|AASHTO|API|IEEE|UL|T"
_PATTERNS = (
    rf"{_YEAR}\s?[-~–—至到]\s?(?:19|20)?[0-9]{{2}}\s?年",
    rf"(?<![0-9.]){_YEAR}\s?年(?:度|底|末|初)?(?:\s?{_MONTH_AND_DAY})?",
    rf"(?<![0-9.]){_MONTH_AND_DAY}",
    rf"(?<![0-9]){_YEAR}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?![0-9])",
    r"第\s?(?:[0-9]{1,4}|[一二三四五六七八九十百]{1,5})\s?(?:个月|年|天|次|项|批|代|期)?",
    rf"(?<![A-Za-z])(?:{_BODIES})(?:/[A-Z]{{1,3}})?\s?[A-Z]?\s?[0-9]{{2,6}}(?:[.-][0-9]{{1,4}}){{0,3}}(?![0-9%])",
    r"(?<![0-9A-Za-z.])(?:20[1-5]|30[1-9]|310|316|317|321|347|4[1-4]0|904)(?:LN|HR|L|N|H|S)(?![A-Za-z/])",
    r"PM\s?(?:2\.5|10)",
    r"(?<![0-9])[0-9]{11,}(?:\.[0-9X])?",
    "[0-9]+(?::[0-9]+)+",
    r"[0-9]\s?[dD](?=\s?(?:打印|扫描|模型|视觉|建模|print|scan|model))",
    "[248]K(?=视频|超?高清|分辨|摄|显)",
    "5A(?=级|景)",
)
_LOOK_ALIKE = re.compile("|".join(_PATTERNS))


def without_look_alikes(text: str) -> str:
    """`text` with every look-alike blotted out by underscores; all other characters keep their places."""
    return _LOOK_ALIKE.sub(lambda found: "_" * len(found[0]), text)
