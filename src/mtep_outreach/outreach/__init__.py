"""The verbs of the product: they take a store, return values, and never print, ask or commit."""
