DROP TABLE holders;

DROP TABLE seats;

DROP TABLE memberships;

DROP TABLE absences;

DROP TABLE units;

DROP TABLE teams;

DROP TABLE persons;

DROP TABLE organisations;
