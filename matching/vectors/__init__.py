"""Nearest vectors by inner product: one protocol, an exact reference, FAISS, and a planner that picks between them."""
