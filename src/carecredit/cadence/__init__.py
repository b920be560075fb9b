"""From a follow-up policy and a customer's situation to the one next touch, or a told silence."""
