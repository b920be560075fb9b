"""What customers say of a contact, asked neutrally, seldom, and never as a condition."""
