// What is minimised is a compiled program, and its gradient.
@_exported import NativeEngine
