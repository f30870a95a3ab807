"""What other publishers say in their IATI files: their word, kept apart from the programme's own books."""
