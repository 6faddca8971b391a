"""Texts as unit vectors, Chinese and English in one space: the seam, the built-in static model, chosen transformers."""
