"""What would have happened: a team's last months walked again under other rules, people, absences or limits."""
