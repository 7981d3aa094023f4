"""What the user can ask for: the table of all actions, and the registry that makes them."""
