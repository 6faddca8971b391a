"""Pure functions over Chinese and English text: cleaning, scripts, words, clauses, quantities."""
