"""Rule sets: the shipped ones (one JSON file a version), and an area's own versions with their way into force."""

from app.routing.rulesets.parse import load_rule_set, parse_rule_set

__all__ = ["load_rule_set", "parse_rule_set"]
