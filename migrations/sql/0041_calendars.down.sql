SET LOCAL ROLE heinola_definer;

DROP FUNCTION calendar_of;

SET LOCAL ROLE heinola_owner;

DROP TABLE calendar_feeds;

DROP TABLE reception_series;

DROP TABLE blocked_times;

DROP TABLE working_hours;

DROP TABLE reservations;

DROP TABLE rooms;
