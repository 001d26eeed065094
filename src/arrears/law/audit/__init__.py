"""
What a contact history shows when it is replayed against the law, one question at a time.

Comes in: a case (standing facts, a timeline of events, a proposed step, a question) or a plain contact log.
Goes out: an answer with every paragraph that led to it, its force and the events it rests on, or a plain
statement that the paragraph cannot be judged on what is given.
Never: a clock, a guess about an instant without an offset, or a number that is not in a provision file.

The rules live beside each other by section of 12 CFR part 1006 (Regulation F); `judge` picks the one that the
case names. Figures (7 calls, 8:00, 35 days) are read from the provision files through `figures`.
"""
