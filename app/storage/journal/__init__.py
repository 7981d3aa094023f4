"""Unsaved documents, written aside while they are worked on, so that a killed program loses little.

Every document has a folder of contents (bands of pixels, the opened file, models), each named
after its hash, and one description that names them. The description is replaced in one step after
everything it names is on the disk, and contents that no description names are removed after that:
whenever the program is killed, one whole description is there with all it needs.
"""

from app.storage.journal.folder import FoundJournals, JournalFolder
from app.storage.journal.journal import FoundJournal, Journal, JournalContents

__all__ = ["FoundJournal", "FoundJournals", "Journal", "JournalContents", "JournalFolder"]
