// Numbers are written with the words of the language.
@_exported import ReversibleCore
