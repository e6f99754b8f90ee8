// Whoever compiles programs writes them.
@_exported import AD
