DROP TABLE meeting_note_parts;

DROP TABLE conclusions;

DROP FUNCTION ctx_plain_words;

DROP FUNCTION plain_words_roles;
