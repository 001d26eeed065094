"""
Words every stage shares: money, days, ids, the closed list of reasons, a problem in someone's data, a fact.

Never: reads the clock, the network, a file or the environment. Imports nothing else of arrears.
"""
