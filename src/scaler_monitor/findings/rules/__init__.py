"""One file a rule; `registry` names them all."""
