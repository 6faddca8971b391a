"""Exclusions: whom and what the asker said it will not have."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final

from core.language.normalise import clean
from matching.rules.facts import NOBODY, NeedFacts, Person
from matching.rules.findings import (
    NOT_DEMANDED,
    NOTHING_DEMANDED,
    AskOf,
    Case,
    Finding,
    Verdict,
    failed,
    passed,
    unknown,
)

_CODES: Final = {
    NOT_DEMANDED: Verdict.PASS,
    "clear": Verdict.PASS,
    "supplier": Verdict.FAIL,
    "person": Verdict.FAIL,
    "organisation": Verdict.FAIL,
    "name": Verdict.FAIL,
    "term": Verdict.FAIL,
    "identity_unknown": Verdict.UNKNOWN,
    "people_unknown": Verdict.UNKNOWN,
    "organisations_unknown": Verdict.UNKNOWN,
    "names_unknown": Verdict.UNKNOWN,
    "text_unknown": Verdict.UNKNOWN,
    "term_unclear": Verdict.UNKNOWN,
}

# 无氰电镀, 六价铬替代 and "chromium-free" offer the opposite of what the excluded term names.
_DENYING_VERBS: Final = (
    *(
        "不含",
        "不含有",
        "不使用",
        "不采用",
        "不用",
        "不添加",
        "未使用",
        "未采用",
        "未添加",
        "去除",
        "替代",
        "取代",
        "代替",
    ),
    *("without", "free of", "free from", "not using", "not use", "avoiding", "replaces", "replacing"),
)
_DENIED_BEFORE: Final = (*_DENYING_VERBS, "无", "免", "非", "零", "no", "non", "non-")
_DENIED_AFTER: Final = re.compile(r"[- ]?(?:free|less)(?![a-z])|替代|取代")
_CLAUSE: Final = re.compile(r"[,。;!?:]|\. ")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Fails when the supplier, one of its people or organisations, its name or a term in the capability is excluded.

    Organisations are those the supplier acts as and those its people belong to today. A name is excluded when the
    written name stands in one of the supplier's (华为 in 华为某某有限公司). A term counts wherever it stands in the
    text, unless the words right beside it deny it; a denial further off in its clause (不使用甲和乙) leaves it
    unknown. Case, width and spacing make no difference; Latin words and numbers
    match whole. Blank names and terms exclude nothing.
    """

    codes: ClassVar[Mapping[str, Verdict]] = _CODES

    def find(self, case: Case) -> Finding:
        """See the class."""
        findings = [finding for finding in _findings(case) if finding is not None]
        for verdict in (Verdict.FAIL, Verdict.UNKNOWN):
            for finding in findings:
                if finding.verdict is verdict:
                    return finding
        return passed("clear") if excludes_anything(case.need) else NOTHING_DEMANDED


def excludes_anything(need: NeedFacts) -> bool:
    """Whether the asker said that there is anybody or anything it will not have."""
    excluded = need.excluded
    written = any(clean(text) for text in (*excluded.names, *excluded.terms))
    return written or bool(excluded.suppliers or excluded.people or excluded.organisations)


def _findings(case: Case) -> Iterator[Finding | None]:
    """What each list of exclusions finds, in order; a list that excludes nothing finds nothing."""
    excluded = case.need.excluded
    if excluded.suppliers:
        yield _by_id(case, excluded.suppliers)
    if excluded.people:
        yield _by_person(case, excluded.people)
    if excluded.organisations:
        yield _by_organisation(case, excluded.organisations)
    if names := _written(excluded.names):
        yield _by_name(case, names)
    if terms := _written(excluded.terms):
        yield _by_term(case, terms)


def _written(texts: tuple[str, ...]) -> list[str]:
    return [text for text in texts if clean(text)]


def _by_id(case: Case, excluded: frozenset[int]) -> Finding | None:
    if case.supplier.id is None:
        return unknown("identity_unknown", AskOf.STAFF)
    return failed("supplier", supplier=case.supplier.id) if case.supplier.id in excluded else None


def _by_person(case: Case, excluded: frozenset[int]) -> Finding | None:
    people = case.supplier.party.people
    hit = [person for person in people or () if person.ids & excluded]
    if hit:
        return failed("person", person=min(hit[0].ids & excluded))
    unsettled = any(person.maybe & excluded for person in people or ())
    return unknown("people_unknown", AskOf.SUPPLIER) if people is None or unsettled else None


def _by_organisation(case: Case, excluded: frozenset[int]) -> Finding | None:
    party = case.supplier.party
    belongs = {a.organisation for p in party.people or () for a in p.affiliations or () if a.holds_on(case.today)}
    hit = excluded & ((party.organisations or NOBODY) | belongs)
    if hit:
        return failed("organisation", organisation=min(hit))
    is_known = party.organisations is not None and party.people is not None and all(map(_is_clear, party.people))
    return None if is_known else unknown("organisations_unknown", AskOf.SUPPLIER)


def _is_clear(person: Person) -> bool:
    return person.affiliations is not None


def _by_name(case: Case, excluded: list[str]) -> Finding | None:
    if case.supplier.names is None:
        return unknown("names_unknown", AskOf.SUPPLIER)
    names = [clean(name) for name in case.supplier.names]
    hit = next((name for name in excluded if any(_pattern(name).search(other) for other in names)), None)
    return failed("name", name=hit) if hit is not None else None


def _by_term(case: Case, excluded: list[str]) -> Finding | None:
    if case.capability.text is None:
        return unknown("text_unknown", AskOf.SUPPLIER)
    text = clean(case.capability.text)
    stances = {term: _stance(text, term) for term in excluded}
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        for term in excluded:
            if stances[term] is verdict:
                return failed("term", term=term) if verdict is Verdict.FAIL else _unclear(term)
    return None


def _unclear(term: str) -> Finding:
    return unknown("term_unclear", AskOf.SUPPLIER, term=term)


def _stance(text: str, term: str) -> Verdict:
    """FAIL where a cleaned text names `term` plainly; UNKNOWN where its clause may deny it; else PASS."""
    verdict = Verdict.PASS
    for found in _pattern(term).finditer(text):
        if _is_denied(text, found):
            continue
        if not _may_be_denied(text, found):
            return Verdict.FAIL
        verdict = Verdict.UNKNOWN
    return verdict


def _is_denied(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 16) : found.start()].rstrip(" 任何")
    words = any(_ends_with_word(before, word) for word in _DENIED_BEFORE)
    return words or _DENIED_AFTER.match(text, found.end()) is not None


def _may_be_denied(text: str, found: re.Match[str]) -> bool:
    clause = _CLAUSE.split(text[max(0, found.start() - 60) : found.start()])[-1]
    return any(verb in clause for verb in _DENYING_VERBS)


def _ends_with_word(text: str, word: str) -> bool:
    if not text.endswith(word):
        return False
    at = len(text) - len(word)
    return not word.isascii() or at == 0 or not text[at - 1].isascii() or not text[at - 1].isalnum()


@lru_cache(maxsize=1024)
def _pattern(written: str) -> re.Pattern[str]:
    """Finds what was written in a cleaned text; where it begins or ends with a Latin letter or digit, whole words."""
    term = clean(written)
    before = r"(?<![a-z0-9])" if term[0].isascii() and term[0].isalnum() else ""
    after = r"(?![a-z0-9])" if term[-1].isascii() and term[-1].isalnum() else ""
    return re.compile(before + re.escape(term) + after)
