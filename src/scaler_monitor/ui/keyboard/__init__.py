"""What comes from the terminal: its bytes are cut into keys, reports and pastes, however they are split."""
