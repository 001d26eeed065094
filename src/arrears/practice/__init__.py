"""Simulated borrowers to rehearse with."""
