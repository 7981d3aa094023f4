"""Icons and scripts that make pictures; holds no code of the program."""
