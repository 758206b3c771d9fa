"""What the cluster is: plain, bounded Python built from the wire's events, with time handed in."""
