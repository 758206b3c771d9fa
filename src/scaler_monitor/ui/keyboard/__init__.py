"""Terminal input: bytes are split into keys, reports and pastes, also if these arrive in parts."""
