"""Fitting a ranker's weights and scale to judged pairs."""
