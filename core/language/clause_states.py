"""What is against what is wanted: clauses that tell of the present, the past, troubles, failed trials and fears.

A word that wants something wins over every such cue, so a clause is called a state only if nothing in it can be read as
a demand; when in doubt it is not one. Works on a text brought to one width (`same_width`).
"""

from dataclasses import dataclass

from core.language.cues import Cues

_LOSS = (
    "(?:废品|不良|次品|报废|返修|返工|退货|投诉|故障|停机|破损|损耗|漏检|误检|误报|缺陷|开裂|泄漏|断带|断线)"
    "(?:率|数|量|时间|次数)?"
)
# Aspect, frequency, complaint and time. 仍能, 仍保持 and 仍有 90% 以上 are demands, and so is "still works".
_STATE = Cues(
    (
        "仍(?:无法|难以|靠|存在|达不到|减产|亏)|仍有(?![^,，;；]{0,20}(?:以上|以内))|仍不(?:稳|够|理想|合格)",
        "时常|经常(?!性|启|开|拆|移|弯|使用)|一直(?!保持|维持)|往往|屡次|屡屡|每次都(?![能可要])|总是(?!能)|偶有|偶尔|(?<![正非日异通平])常[超到]",
        "(?<![不未无防止免])超标(?=$|[,，了])|(?:就|又|已|还)(?:会|经常)?出现(?!率)|出现[了过](?!程)",
        "(?:尝试|试用|试装|试|用|做|改|买|装|罚|换|引进|推|停|发生|出现|改进|处罚|投诉|考察|讨论|推荐)过"
        "(?![程滤热渡大高低量载流压冷度多少后盈敏氧剩快慢长短盐重硬关的])|(?<!惩)被(?:罚|处罚|退回|退货|投诉|扣款|否决|要求)|罚款",
        "(?:客户|用户|居民|市民|乘客|业主|医院|家属)[^,，;；]{0,12}(?:退货|投诉|抱怨|退回|索赔|反映|嫌|质疑)",
        "只能(?:测到|达到|做到|压到|靠|手工|人工|统一|外购|低价|凭)|(?:只有|仅有?|只到)\\s?约?[0-9.]+\\s?%|达不到(?!时)|做不到|跟不上|居高不下",
        "(?<!不)(?:靠|凭|依靠|依赖)(?:人工|经验|老师傅|熟练工|人眼|肉眼|进口)|互相(?:指责|推诿|扯皮|埋怨)|各说各的",
        "目前|现阶段|(?:^|[,，])(?:我[们厂司]|公司|企业|集团)?现(?:采?用|在|行(?!标准|规范|国标))|(?:公司|集团|我[们厂司]|全[县区市省])每年",
        "(?<![表出体实呈])现在(?=[用靠采买卖做每只还一])|当前(?!位置|状态|值|帧|时|点)|(?:^|[,，])(?:现状|原来)(?!的?[^,，;；]{0,8}(?:不变|不动|保留|沿用))"
        "|(?:^|[,，])(?:我[们厂司]|公司|企业)?现有(?![^,，;；]{0,12}(?:不变|不动|保留|沿用|利旧))[^,，;；]{0,24}(?:[0-9]|只|仅|不足|偏|差|慢|严重)",
        rf"{_LOSS}[^,，;；]{{0,6}}?(?:大?约|高达|将?近|接近|平均)\s?[0-9]|{_LOSS}[^,，;；]{{0,6}}?[0-9.]+\s?%\s?(?:左右|上下)",
        "去年|前年|前[两几]年|近[一二两三四五六几十]年|近年|以来|往年|曾|以前(?!完)|之前(?!完)[^,，;；]{0,4}(?:引进|用|装|买|做)|原先",
        "[涨跌掉](?:[到至了]|价)|翻了[一两几]|不增反|越来越[贵高差难低严]|(?<!不)(?<!不会)(?:导致|造成)(?=了|[^,，;；]{0,12}(?:报废|停产|停机|亏|损失))",
    ),
    (
        r"\b(?:we|they|our \w+|the (?:firm|company|plant))(?: have| has| had)?(?: already| also)?"
        r" (?:tried|tested|bought|changed)\b",
        r"^(?:customers|users|clients|residents|neighbours)\b[^;]{0,90}\breport\b",
        r"\b(?:rises|climbs|drifts) (?:above|by|from|after)\b|\bmoves by\b"
        r"|\b(?:falls|(?<!pressure )(?<!voltage )drops) (?:below|to|by|from|after)\b"
        r"|^our [^,;]{3,60} (?:drift|leak|crack|lose|fail|corrode|wear|break|clog|peel|flake)\b"
        r"|\b(?:flakes|peels|wears|comes) (?:off|out)\b(?! clean| easily| without)"
        r"|\b(?:fell|leaked|complain(?:s|ed)?|fail(?:s|ed)|suffers?)\b",
        r"\breach(?:es)? (?:\S+ ){0,3}only\b|\bonly reach(?:es)?\b|\bnot \w+ (?:well|fast) enough\b",
        r"\bstill (?:fails?|leaks?|cracks?|exceeds?|contains?|has|have|shows?|takes?|loses?)\b"
        r"|\b(?:often|repeatedly) (?:too|fails?|failed|cracks?|cracked|leaks?|leaked|exceeds?)\b",
        r"^(?:our|the) (?:present|current|existing)\b|^our (?:trial|previous|first|old)\b|\bour (?:own )?trial\b",
        r"(?<!than )(?<!as )\b(?:currently|at present|so far(?! as)|last (?:year|month|winter|summer)"
        r"|years ago|in recent years|at the moment|right now|nowadays)\b",
    ),
)
# What was heard and what is feared: words that may want something elsewhere (可以, 降低) only say here what was heard.
_DOUBT = Cues(
    (
        "听说|据说|听人说|有人说|担心|(?:^|[,，;；]|[也又就只都很最更]|我[们厂司]|企业|公司|老板|工人|用户|客户|农户)怕(?![水热潮光])",
    ),
    (
        r"\b(?:we|they|i) (?:(?:have|had|also|just) )?(?:worry|fear|heard"
        r"|(?:are|am|were) (?:also )?(?:worried|afraid))\b",
        r"\b(?:worried|afraid) (?:that|about|of)\b|\bheard (?:that|of|about)\b",
    ),
)
_WISHED = Cues(
    (
        "要求(?!高|低|严)|必须|需(?!求)|须|应(?=[该当能满达具])|希望|期望|盼|想(?!不)|求助|寻[求找]|拟|计划|打算|争取|力争|优先|最好|尽量|尽可能|目标"
        "|达到|满足|确保|保证|控制在|不[低高大小少多]于|不[超低]过|不得|至少|[≥≤＞＜><]|请",
    ),
    (
        r"\b(?:must|shall|should|require[ds]?|requirements?|needs?|want(?:s|ed)?|would like|wish|hope"
        r"|looking for|seek\w*|at least|at most|no (?:more|less) than|targets?|please)\b",
    ),
)
_WANTED = Cues(
    (
        "要求|要(?=执行|达|做)|必须|需(?!求)|需求(?:[为是]|$)|有必要|(?<![声威])望|须|(?<![反响适供效相对感])应(?![用力急对变])|希望|期望|盼|(?<![理思设联猜])想|愿|请|(?<![需要追诉力谋])求(?![和解导])|寻(?!常)|急|亟|拟|计划|打算|争取|力争|优先|最好|尽量|尽可能",
        "目标|预期|实现|达到|满足|提[升高]|降低|减少|降[至到]|缩短|改[善进造](?!过)|开发|研[发究制]|攻[克关]|突破|解决|防止|避免|消除|替代|取代|弄清|查清|找出|分析"
        "|确保|保证|控制在|提供|给出|提出|制定|建立|建设|设计(?!\\s?[0-9])|实施|配套|兼容|适[应合用]|可[以在供用]|能否|能不能|如何|怎[么样]|何种|哪",
        "(?:^|[,，])(?:克服|改变|打破|摆脱)|不知|不掌握|不具备|不清楚|说不清|没有?(?:定论|底|把握)|吃不准|没想",
        "不[低高大小少多]于|不[超低]过|不得|只(?:同意|允许|许|准)|不(?:能|应|可|宜)[超低高大小少多]|不(?:能|可|许|允许|准)[^,，;；]{0,6}(?:停|换|改|动|增|变|用|拆|影响)|不[停改换动]|至少|[≥≤＞＜><]",
        "团队|专家|老师|合作方|供应商|供方|业绩|资质|案例|把(?!握)|将(?!近)|使(?!用)|让",
    ),
    (
        r"\b(?:must|shall|should|require[ds]?|requirements?|needs?|want(?:s|ed)?|would like|wish(?:es)?"
        r"|hop(?:es?|ing)|intends?|(?:trying|planning|keen|asked) to|interested in|in search of|objectives?"
        r"|looking for|seek\w*|ask(?:s|ed|ing)? for|at least|at most|no (?:more|less) than|targets?|aims?"
        r"|goals?|prefer\w*|ideally|can ?not be|may not|not (?:accepted?|allowed|permitted)|to be|has to"
        r"|have to|help|please|which|whether|open to|but no|lacks?|stays?|remains?|kept|unchanged)\b",
        r"^(?:to )?(?:reduce|replace|increase|improve|develop|find|raise|lower|provide|deliver|design|avoid|keep"
        r"|make|stop|prevent|build|use|solve|lift|extend|shorten|bring)\b",
    ),
)


@dataclass(frozen=True, slots=True)
class SentenceState:
    """What a sentence tells: `told` if a cue stands in it and nothing is wanted, and from where on something is wanted.

    What is wanted reaches to the right, so a part in front of it can still tell of today.
    """

    told: bool
    wanted_from: int

    @classmethod
    def of(cls, plain: str, start: int, end: int) -> "SentenceState":
        """That of plain[start:end]; `wanted_from` is `end` if it wants nothing."""
        sentence = plain[start:end].lstrip()
        wanted = _WANTED.first(sentence)
        if wanted is None:
            return cls(_STATE.stand_in(sentence), end)
        return cls(False, end - len(sentence) + wanted)

    def covers(self, clause: str, end: int) -> bool:
        """Whether `clause`, a part of the sentence that ends at `end` of the text, tells and asks for nothing."""
        return self.told or (end <= self.wanted_from and _STATE.stand_in(clause)) or _doubts(clause)


def wants(clause: str) -> bool:
    """Whether any word in `clause` can be read as wanting something."""
    return _WANTED.stand_in(clause)


def tells_state(clause: str) -> bool:
    """Whether anything in `clause` tells how things are or were, whatever else it wants."""
    return _STATE.stand_in(clause)


def _doubts(clause: str) -> bool:
    """Whether `clause` tells what was heard or is feared, and nothing is wished for in it."""
    return _DOUBT.stand_in(clause) and not _WISHED.stand_in(clause)
