"""Rows of a table in one state of the cluster, and how their values are computed."""
