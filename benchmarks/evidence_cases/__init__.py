"""Need–profile cases with planted facts, one YAML file a technical field and set, and the reader that checks them.

README.md in this folder says what the verdicts mean and how the cases were written. Whoever changes the rules that
are measured with these cases must not change the cases to suit them.
"""

from benchmarks.evidence_cases.cases import Case, CaseError, CaseSet, Document, Kind, Language, Requirement, Verdict
from benchmarks.evidence_cases.reader import FOLDER, read_case, read_cases

__all__ = [
    "FOLDER",
    "Case",
    "CaseError",
    "CaseSet",
    "Document",
    "Kind",
    "Language",
    "Requirement",
    "Verdict",
    "read_case",
    "read_cases",
]
