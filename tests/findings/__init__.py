"""Findings, proven on streams of which it is known what is wrong in them."""
