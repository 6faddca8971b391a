"""Learning from what people decided and what came of it, without fooling itself: a candidate must win a fair trial."""
