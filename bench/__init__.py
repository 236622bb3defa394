"""`make bench`: the product beside others that do the same, in turn, on the same machine."""
