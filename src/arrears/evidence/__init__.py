"""A trace that an outsider can check: append-only Merkle log, checkpoints, proofs, and a verifier that stands alone."""
