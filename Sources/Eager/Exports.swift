// Kernels are compiled programs, and staged functions are programs that one compiles.
@_exported import NativeEngine
