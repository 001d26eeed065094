"""Lifecycle stage, people segment, vulnerability and holds, each from stated facts with the reason kept."""
