"""Coordinators shape the taxonomy: the tree, a category with its words, merging."""
