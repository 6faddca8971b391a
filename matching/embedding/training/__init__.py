"""How the built-in bilingual model is made. Only the training command and the benchmark import this."""
