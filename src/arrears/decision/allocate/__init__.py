"""
Who gets which treatment when capacity is short: one price per capacity, one columnar pass per price vector.

The choice is a linear programme with few coupling rows, so it is solved through its Lagrangian dual. At a price
vector every unit takes the treatment whose value less the price of what it uses is greatest, or nothing; the sum
of those, plus the price of all capacity, is an upper bound on any plan. The night minimises that bound, rounds to
a plan that fits, and prints both numbers with the gap between them.

    problem.py    what is chosen among, what it uses, how much there is; exact whole-number arithmetic
    passes.py     one columnar pass per price vector: on arrays, or on any engine through Ibis
    dual.py       the level method on the prices, in a box that a sample suggests and the whole book confirms
    rounding.py   from prices to a plan that fits, by a small integer programme over the units near a tie
    solve.py      the whole of it, and the certificate

Never: reads the book, the law or a clock. It sees values, uses and capacities.
"""
