// For emulators that do everything at once: streams and events are only counted on, pools and graphs refused.
extension DeviceDriver {
    package func synchronize(_ context: ContextHandle) throws(CUDAError) {}

    package func allocate(
        bytes: Int, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) -> DeviceAddress {
        throw CUDAError(code: 801, operation: "allocating \(bytes) bytes from the memory pool")
    }

    package func free(
        _ address: DeviceAddress, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) {
        throw CUDAError(code: 801, operation: "giving memory back to the pool")
    }

    package func keepPoolMemory(ofDevice ordinal: Int, in context: ContextHandle) throws(CUDAError) {
        throw CUDAError(code: 801, operation: "setting up the memory pool")
    }

    package func trimPool(ofDevice ordinal: Int, in context: ContextHandle) throws(CUDAError) {
        throw CUDAError(code: 801, operation: "trimming the memory pool")
    }

    package func allocateHost(
        bytes: Int, in context: ContextHandle
    ) throws(CUDAError) -> UnsafeMutableRawPointer {
        .allocate(byteCount: bytes, alignment: 256)
    }

    package func freeHost(
        _ memory: UnsafeMutableRawPointer, in context: ContextHandle
    ) throws(CUDAError) {
        memory.deallocate()
    }

    package func resources(
        of function: FunctionHandle, in context: ContextHandle
    ) throws(CUDAError) -> CUDAKernelResources {
        CUDAKernelResources()
    }

    package func setDynamicSharedLimit(
        _ bytes: Int, of function: FunctionHandle, in context: ContextHandle
    ) throws(CUDAError) {}

    package func residentBlocks(
        of function: FunctionHandle, threadsPerBlock: Int, dynamicSharedBytes: Int, in context: ContextHandle
    ) throws(CUDAError) -> Int { 1 }

    package func makeStream(in context: ContextHandle) throws(CUDAError) -> StreamHandle { StreamHandle(1) }
    package func destroy(_ stream: StreamHandle, in context: ContextHandle) throws(CUDAError) {}
    package func synchronize(_ stream: StreamHandle, in context: ContextHandle) throws(CUDAError) {}
    package func isDone(_ stream: StreamHandle, in context: ContextHandle) throws(CUDAError) -> Bool { true }

    package func makeEvent(timing: Bool, in context: ContextHandle) throws(CUDAError) -> EventHandle {
        EventHandle(1)
    }
    package func destroy(_ event: EventHandle, in context: ContextHandle) throws(CUDAError) {}
    package func record(
        _ event: EventHandle, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) {}
    package func wait(
        for event: EventHandle, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) {}
    package func synchronize(_ event: EventHandle, in context: ContextHandle) throws(CUDAError) {}
    package func isDone(_ event: EventHandle, in context: ContextHandle) throws(CUDAError) -> Bool { true }
    package func milliseconds(
        from start: EventHandle, to end: EventHandle, in context: ContextHandle
    ) throws(CUDAError) -> Float { 0 }

    package func beginCapture(on stream: StreamHandle, in context: ContextHandle) throws(CUDAError) {
        throw CUDAError(code: 801, operation: "recording a graph")
    }
    package func endCapture(
        on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) -> GraphHandle {
        throw CUDAError(code: 801, operation: "recording a graph")
    }
    package func launch(
        _ graph: GraphHandle, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) {
        throw CUDAError(code: 801, operation: "starting a graph")
    }
    package func destroy(_ graph: GraphHandle, in context: ContextHandle) throws(CUDAError) {}
}
