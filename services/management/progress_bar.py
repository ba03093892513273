"""Progress bars for management commands."""

from tqdm import tqdm


class ProgressBar:
    """A progress bar for each stage, on a terminal only."""

    def __init__(self):
        self.bar = self.stage = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.bar is not None:
            self.bar.close()

    def show(self, stage, done, total):
        if self.stage != stage:
            self.__exit__()
            self.stage, self.bar = stage, tqdm(desc=stage, total=total, disable=None)
        self.bar.n, self.bar.total = done, total
        self.bar.refresh()
