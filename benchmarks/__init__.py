"""What the claims about speed rest on: each module is one command and prints ratios against a peer or a floor."""
