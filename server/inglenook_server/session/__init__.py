"""What one session holds: the model in memory, the folders, the threads, made in one place.

May import: all but `features` and `cli`. Begin with `services`.
"""
