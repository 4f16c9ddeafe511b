"""Outside channels: how messages leave this machine, each by its own way and each failing alone."""
