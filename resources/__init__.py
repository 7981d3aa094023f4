"""Icons, and scripts for pictures and translations; holds no code of the program."""
