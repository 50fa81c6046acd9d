DROP TABLE response_links;

DROP TABLE instrument_responses;

DROP FUNCTION refuse_other_response, refuse_more_than_answering;
