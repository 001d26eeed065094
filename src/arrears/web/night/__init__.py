"""Tonight's plan: who is late, what was chosen and why not, what scarce effort is worth, and the proof."""
