"""Matches: proposed by the engine or by hand, shown, judged; and search for free text."""

from workflow.matches.candidates import add_candidate
from workflow.matches.proposing import propose_matches
from workflow.matches.reviewing import are_all_recorded, record_impressions, review_match
from workflow.matches.searching import search_suppliers
from workflow.matches.showing import show_match, show_matches

__all__ = [
    "add_candidate",
    "are_all_recorded",
    "propose_matches",
    "record_impressions",
    "review_match",
    "search_suppliers",
    "show_match",
    "show_matches",
]
