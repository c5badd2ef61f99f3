"""What `make bench-search` measures: an owner's files, and the engines that find them."""
