"""The page in a real browser, found by role and label as a person would."""
