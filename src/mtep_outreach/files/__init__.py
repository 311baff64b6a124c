"""Files in and out as tables."""
