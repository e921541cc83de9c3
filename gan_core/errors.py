"""The errors a person can cause. Each says what came, what was expected and what to do."""


class GanCoreError(Exception):
    """Base of every error that is a person's to mend; anything else is a bug of ours."""


class ConfigError(GanCoreError):
    """A setting, an argument or a latent vector outside what is possible."""


class DataError(GanCoreError):
    """A data set or a picture that is missing, broken or unusable."""


class CheckpointError(GanCoreError):
    """A checkpoint folder or a program file that is missing, damaged or not what it says."""


class RunError(GanCoreError):
    """A training run that cannot be started, read, continued or kept."""
