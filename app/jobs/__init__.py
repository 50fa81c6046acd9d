"""What is done without anybody asking: events get their positions, logs their partitions, what waits is told."""
