@_exported import AD
@_exported import CUDAEngine
