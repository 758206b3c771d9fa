"""From the state of a cluster to what a viewer asked for: rows, sort, filter, scope, pages, figures."""
