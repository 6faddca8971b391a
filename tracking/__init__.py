"""A deal's life: its stages, which moves are legal, what becomes due, and how people are told."""
