"""Every component and token on one page, so that a change is seen before it is shipped."""
