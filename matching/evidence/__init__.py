"""What a supplier's documents say of each requirement of a need, shown by a span of their own words."""
