"""An invitation becomes a letter."""
