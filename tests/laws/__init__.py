"""The laws of the house, each a function from a source tree to the places that break it."""
