"""A team's set-up as one document: template, seats, rules and paths; no people and no clients."""
