"""What a need demands, clause by clause: drafted from its text by rules, edited and confirmed by people.

Rules a maintainer must keep:
- Rows quote the revision's own fields by offsets and copy nothing, so that erasing the text erases them. What a person
  wrote instead stands in the row and is erased with the revision.
- A row says the same for ever: what changes is a new row, and the old one ends. Match records name rows.
- What people decided outlives drafting: a clause taken out is not drafted again, and under a new text what
  still stands is kept.
"""

from workflow.requirements.drafting import clarity_of, decided_demands, draft_requirements
from workflow.requirements.reading import as_asked, requirements_for_matching, show_requirements

__all__ = [
    "as_asked",
    "clarity_of",
    "decided_demands",
    "draft_requirements",
    "requirements_for_matching",
    "show_requirements",
]
