"""Migrations of the store, run by `store.migrate`; each file in `versions/` is one step up and the same step down."""
