"""Files of weights: change detection, conversion, quantization, merging of adapters.

May import: only `errors`. Begin with `convert`.
"""
