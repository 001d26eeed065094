"""What is written to people: templates in Chinese and English, checked when they are loaded and again when filled."""
