"""Measures the product against its figures, and against another podcast maker, on one machine in one run."""
