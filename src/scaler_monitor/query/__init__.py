"""Answers questions from the state of a cluster: rows, sort, filter, scope, pages, figures."""
