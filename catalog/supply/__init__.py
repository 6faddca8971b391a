"""Supply: organisations, people, suppliers and their capabilities."""
