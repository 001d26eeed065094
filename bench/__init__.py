"""The measured claims. `python -m bench NAME` runs one; each prints its machine and its ratio to a named baseline."""
