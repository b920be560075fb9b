"""Client companies we speak for, and the mandates by which we do."""
