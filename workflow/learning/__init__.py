"""Learning from decisions: what people saw and decided becomes labels, a candidate stands its trial, people promote it.

Importing this package loads no numerical library: those come with the first trial.
"""
