"""Random transaction streams for translation units, and what they covered."""
