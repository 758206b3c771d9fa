"""Whole columns for sort and filter: names, ids, event details; some are kept across states."""
