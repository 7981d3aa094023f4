"""One open document: ``Session`` and the parts it is made of.

``DocumentSession`` runs commands and announces changes, ``FileSession`` knows the file,
``TrainingSession`` the model, and ``Session`` adds the results. What the user does to the document
is in parts of it: ``edits``, ``strokes``, ``paint``, ``moves``, ``transforms``, ``geometry``.
"""

from app.session.session import Session

__all__ = ["Session"]
