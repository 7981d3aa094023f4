"""Small widgets shared by panels and dialogs; they know neither documents nor sessions."""
