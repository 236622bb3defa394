"""The demo accounts' logins. They are published, so production has no such accounts."""

DEMO_EMAIL, DEMO_PASSWORD = "demo@example.com", "demo-taskchat-1"
STAFF_EMAIL, STAFF_PASSWORD = "staff@example.com", "staff-taskchat-1"
