"""How the weights came about, and how far the lenses can be trusted: nothing outside this folder imports it."""
