// Fits are told how to search, and programs are built with the words of the language.
@_exported import Optimizers
// Sparse matrices have complex entries.
@_exported import Numbers
