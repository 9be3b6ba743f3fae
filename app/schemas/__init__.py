"""What travels: commands in, events out, resources over REST. One class each, tagged."""
