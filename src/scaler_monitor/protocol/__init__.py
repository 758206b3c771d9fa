"""Questions and answers between viewer and collector, table definitions, value formats. Plain data only."""
