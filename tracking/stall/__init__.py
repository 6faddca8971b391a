"""How long stages take, which deals are slow for their kind, and how they are likely to end: pure, from history.

A `Spell` is the time one deal spent in one stage. `stage_curve` describes a stage; `fit` learns from spells which
factors speed a deal up or end it; `Forecaster.forecast` speaks of one open deal. All are held to the usual times of
the templates while history is thin, and say how thin it is.
"""
