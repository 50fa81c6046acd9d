DROP TABLE path_templates;

DROP FUNCTION keep_path_template;
