"""The table of entities: draws the rows in sight, whatever the table's length."""
