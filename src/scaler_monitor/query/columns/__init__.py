"""Whole columns to sort and filter by: names, ids, details of events, and those that outlive a state."""
