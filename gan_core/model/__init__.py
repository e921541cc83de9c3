"""A trained network without TensorFlow: programs, latent space, directions, checkpoints, the explorer."""
