"""Who is asking: users, their sign-ins, their tokens."""
