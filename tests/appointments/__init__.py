"""Appointments: agreed, chosen, kept, missed, cancelled; told to nobody else."""
