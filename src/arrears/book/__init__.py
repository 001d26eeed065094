"""A lender's files become a book: typed tables of loans, people and history, with what could not be read kept apart."""
