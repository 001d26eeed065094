"""
The law as data: provisions, what they permit at a minute, and what they permit for a whole book at night.

Never: knows what a queue, a case or a page is. Reads files only in `load.py`, and only its own packs.
"""
