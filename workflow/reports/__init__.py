"""What the history of all deals says: of one open deal, and of the society's work as a whole."""
