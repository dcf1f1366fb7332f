"""What is done to a model's raw text before it is shown: one small pure function per module."""
