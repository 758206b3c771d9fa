"""The tabs and the pages of single entities; `registry` says where each is found."""
