// `Kernels` is the ready programs and the back end for NVIDIA GPUs together. Programs that need only one of the two can
// import `ReversiblePrograms` or `CUDAEngine`, which build nothing of the other.
@_exported import CUDAEngine
@_exported import ReversiblePrograms
