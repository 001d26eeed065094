"""The gate: one act at one minute, judged against law, holds and history. Only this package makes permits."""
