"""From one specification to every form of it."""
