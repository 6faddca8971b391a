"""The next best action: what may get an open deal on, why, and in which order it is worth trying. Pure rules."""
