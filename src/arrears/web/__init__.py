"""The workspace in the browser: one folder per page, Chinese and English."""
