"""The engine: SinGAN (arXiv 1905.01164) for one photo, without Qt, files or a terminal."""
