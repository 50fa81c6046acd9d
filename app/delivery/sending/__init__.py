"""The part of delivery that the job process does: claim, ask once more, send, note."""
