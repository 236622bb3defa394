"""What a sentence means: tables of patterns, and the words they are made of. Pure."""
