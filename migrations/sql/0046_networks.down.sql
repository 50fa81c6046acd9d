DROP TABLE network_attendances;

DROP TABLE network_meetings;

DROP TABLE network_members;

DROP TABLE networks;
