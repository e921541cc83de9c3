"""How good generated pictures are: distances, precision and recall, handwriting, the score card."""
