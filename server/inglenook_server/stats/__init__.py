"""What became of suggestions, in numbers, on this machine only. No text is ever kept."""
