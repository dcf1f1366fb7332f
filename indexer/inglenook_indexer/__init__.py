"""Inglenook's index of a workspace: files -> chunks -> store -> ranked spans."""
