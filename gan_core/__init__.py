"""Train, load and explore small generative models of handwritten digits."""
