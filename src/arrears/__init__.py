"""arrears: loan collections (贷后催收) that recover more by contacting less, inside the law, and can prove it."""

__version__ = "0.1.0"
