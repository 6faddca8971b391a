"""Closed lists of codes with names in Chinese and English: fields, industries, disciplines, regions, maturity."""

from core.taxonomy.lists import disciplines, industries, regions, technical_fields
from core.taxonomy.maturity import Maturity, maturities, maturity_of_trl, trl_range
from core.taxonomy.taxonomy import Code, Taxonomy, UnknownCode

__all__ = [
    "Code",
    "Maturity",
    "Taxonomy",
    "UnknownCode",
    "disciplines",
    "industries",
    "maturities",
    "maturity_of_trl",
    "regions",
    "technical_fields",
    "trl_range",
]
