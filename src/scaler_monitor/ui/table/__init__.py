"""The table widget: draws only the visible rows, so that its cost does not depend on the table's length."""
