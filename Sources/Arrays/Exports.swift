// Functions of arrays are lowered to programs of the language, and rewritten by strategies.
@_exported import ReversibleCore
@_exported import Strategies
