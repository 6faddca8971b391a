"""The catalogue: `supply` (who offers what) and `demand` (who needs what). Stores query, the rest is pure."""
