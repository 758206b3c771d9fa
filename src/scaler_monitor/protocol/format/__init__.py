"""Raw values to the text of one cell: pure, never wider than said, a dash for what is unknown.

Every function takes whatever the link carried and never raises: None, NaN and values of a wrong kind are
a dash. Each has a widest result (in its docstring), so that columns need not move while numbers change.
"""
