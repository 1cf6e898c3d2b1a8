"""Select the features of a table from which a concrete autoencoder best rebuilds all of them.

The work is done by the program ``cae``; this package hands it a table and gives back a fitted scikit-learn selector.
"""

from ._errors import InputError, ProgramError, ProgramNotFoundError
from ._genes import select_genes
from ._selector import ConcreteAutoencoderSelector
from ._versions import show_versions

__version__ = "0.1.0"

__all__ = [
    "ConcreteAutoencoderSelector",
    "InputError",
    "ProgramError",
    "ProgramNotFoundError",
    "select_genes",
    "show_versions",
]
