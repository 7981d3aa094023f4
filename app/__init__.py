"""SinGAN Studio: the desktop editor and the terminal commands around `singan_core`."""
