"""Hand services over to a family: a message, a link or a list, without storing anything about the family."""
