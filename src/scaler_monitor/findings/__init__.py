"""Findings: rules that detect problems in the cluster state, and what they report."""
