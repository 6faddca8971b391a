"""Which lessons a corpus allows, and how often each is given. A source that is left out takes its lessons with it."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from matching.embedding.protocol import Vectors
from matching.embedding.training.bags import Bagger
from matching.embedding.training.lessons import Imitation, Lesson, Partners, Passages
from matching.embedding.training.papers import (
    chinese_abstract,
    english_abstract,
    english_sentences,
    passages,
)
from matching.embedding.training.sources import Corpus, Pairs
from matching.embedding.training.teacher import Teacher

# Shares measured on held-out fields, abstracts and titles; flat around these values.
_SHARES = {
    "fields": 1.0,
    "keywords": 1.0,
    "titles of abstracts": 0.6,
    "keywords of abstracts": 0.4,
    "passages": 2.0,
    "abstracts in both languages": 1.0,
    "halves of English abstracts": 1.0,
    "dictionary": 2.0,
    "teacher: sentences": 1.9,
    "teacher: fields": 1.1,
    "teacher: Chinese fields": 0.8,
    "teacher: dictionary": 1.6,
}
_LEAST = 8  # a lesson with fewer pairs teaches nothing but those pairs
_SENTENCES_MOST = 8_000
_GLOSSES_MOST = 20_000
_PASSAGES_LEAST = 4


def lessons(corpus: Corpus, bagger: Bagger, teacher: Teacher, field_vectors: Vectors) -> list[Lesson]:
    """Every lesson with enough material, in a fixed order. `field_vectors` are the teacher's of the English fields."""
    english = [english_abstract(paper) for paper in corpus.papers]
    found: list[Lesson] = [
        *_names(corpus, bagger, field_vectors),
        *_abstracts(corpus, bagger, english),
        *_dictionary(corpus, bagger, teacher),
        *_papers(corpus, bagger),
        *_sentences(english, bagger, teacher),
    ]
    return [lesson for lesson in found if lesson.size >= _LEAST]


def _partners(name: str, bagger: Bagger, pairs: Pairs) -> Partners:
    left, right = bagger.bags([a for a, _ in pairs]), bagger.bags([b for _, b in pairs])
    return Partners(name, _SHARES[name], left, right)


def _names(corpus: Corpus, bagger: Bagger, field_vectors: Vectors) -> list[Lesson]:
    fields = _partners("fields", bagger, corpus.fields)
    return [
        fields,
        _partners("keywords", bagger, corpus.keywords),
        Imitation("teacher: fields", _SHARES["teacher: fields"], fields.right, field_vectors),
        Imitation("teacher: Chinese fields", _SHARES["teacher: Chinese fields"], fields.left, field_vectors),
    ]


def _abstracts(corpus: Corpus, bagger: Bagger, english: list[str]) -> list[Lesson]:
    both = [(chinese_abstract(paper), e) for paper, e in zip(corpus.papers, english, strict=True) if e]
    return [
        _partners("titles of abstracts", bagger, [(a.title, a.text) for a in corpus.abstracts]),
        _partners("keywords of abstracts", bagger, [(a.keywords, a.text) for a in corpus.abstracts]),
        _partners("abstracts in both languages", bagger, [(c, e) for c, e in both if c]),
    ]


def _dictionary(corpus: Corpus, bagger: Bagger, teacher: Teacher) -> list[Lesson]:
    meanings = _spread([english for _, english in corpus.dictionary], _GLOSSES_MOST)
    taught = Imitation(
        "teacher: dictionary", _SHARES["teacher: dictionary"], bagger.bags(meanings), teacher.encode(meanings)
    )
    return [_partners("dictionary", bagger, corpus.dictionary), taught]


def _papers(corpus: Corpus, bagger: Bagger) -> list[Lesson]:
    cut = [found for paper in corpus.papers if len(found := passages(paper)) >= _PASSAGES_LEAST]
    rows = bagger.bags([passage for paper in cut for passage in paper])
    return [Passages("passages", _SHARES["passages"], rows, _starts(cut))]


def _sentences(english: list[str], bagger: Bagger, teacher: Teacher) -> list[Lesson]:
    split = [found for abstract in english if len(found := english_sentences(abstract)) > 1]
    halves = [(". ".join(s[: len(s) // 2]), ". ".join(s[len(s) // 2 :])) for s in split]
    some = _spread([sentence for sentences in split for sentence in sentences], _SENTENCES_MOST)
    name = "teacher: sentences"
    return [
        _partners("halves of English abstracts", bagger, halves),
        Imitation(name, _SHARES[name], bagger.bags(some), teacher.encode(some)),
    ]


def _starts(parts: Sequence[Sequence[str]]) -> NDArray[np.intp]:
    return np.array(list(accumulate(map(len, parts), initial=0)), dtype=np.intp)


def _spread(texts: list[str], most: int) -> list[str]:
    """At most `most` of the texts, evenly spread over the list."""
    return texts[:: -(-len(texts) // most)] if texts else []
