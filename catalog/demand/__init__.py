"""Demand: needs, how clear they are, what of them is shown to whom, and which are alike."""
