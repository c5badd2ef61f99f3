"""What people are told and answer: notifications, mail, live messages."""
