"""Network meetings and who may be invited."""
