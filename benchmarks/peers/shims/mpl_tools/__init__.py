"""What DAPPER asks of the package mpl_tools, for runs without any figure."""


def is_using_interactive_backend():
    return False


def is_notebook_or_qt():
    return False


class _NoWindows:
    """Accepts every placement of a figure and does nothing."""

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


place = _NoWindows()
place_ax = _NoWindows()
