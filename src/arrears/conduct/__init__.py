"""Abusive or unlawful sentences by a collector, with the clause each breaks and what to say instead."""
