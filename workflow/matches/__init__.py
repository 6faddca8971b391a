"""Matches: proposed by the engine or by hand, shown, judged."""
