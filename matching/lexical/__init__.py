"""Likeness of texts in what they are written with: characters, pairs of neighbouring characters, word stems."""
