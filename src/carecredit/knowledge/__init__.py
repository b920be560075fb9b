"""What a client company wants done and said: procedures in versions, and the gaps they leave."""
