DROP TABLE appointment_reminders;

DROP TABLE appointments;

SET LOCAL ROLE heinola_definer;

DROP FUNCTION ctx_told_here, report_appointments;

SET LOCAL ROLE heinola_owner;
