"""Memory: what a net is doing. Arenas hold numbers, cells wire them, tapes replay them."""
