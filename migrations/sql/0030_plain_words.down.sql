DROP TABLE meeting_note_parts;

DROP TABLE conclusions;

SET LOCAL ROLE heinola_definer;

DROP FUNCTION ctx_permitted_here;

SET LOCAL ROLE heinola_owner;

DROP FUNCTION ctx_plain_words;

DROP FUNCTION plain_words_roles;
