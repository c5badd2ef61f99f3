"""What people are told and reply: notifications, mail, live messages."""
