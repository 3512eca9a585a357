"""The one exception that carries an answer meant for people."""


class Refused(Exception):
    """A request that cannot be met: a stable code, a sentence, and what to do."""

    def __init__(self, code, message, hint=None):
        super().__init__(message)
        self.code = code
        self.hint = hint
