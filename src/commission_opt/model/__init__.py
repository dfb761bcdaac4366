"""The commissioning model: the rules of the game, its objective, and the program that they make of a place."""
