"""What may follow from an edit, a module each: a function from a situation to offers, the nearest first."""
