"""Teams, seats, holders, deputies, absences and the directory."""
