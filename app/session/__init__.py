"""One open document: ``Session`` and the parts it is made of.

A session is built in layers, each a module and a class over the one before: ``DocumentSession``
runs commands and announces changes, ``FileSession`` knows the file, ``TrainingSession`` the
models, ``ResultSession`` the results, ``LiveSession`` the live picture and the scale strip,
``GeneratingSession`` larger pictures and animations, ``DerivedSession`` models made from the own.

What the user does to the document is in parts of ``Session``: ``edits``, ``strokes``, ``paint``,
``moves``, ``transforms``, ``geometry``. What is computed for it is in parts of the layers:
``training`` and ``kind_models`` (trainings), ``results``, ``film``, ``live``, ``scale_strip``,
``diversity``; ``render_orders`` turns what the user asks for into the requests of `app.jobs`.
"""

from app.session.session import Session

__all__ = ["Session"]
