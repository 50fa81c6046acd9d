DROP TABLE rule_sets;

DROP FUNCTION keep_rule_set;
