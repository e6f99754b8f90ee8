import CCUDA

// MARK: Memory

extension LibraryDriver {
    package func memoryInfo(in context: ContextHandle) throws(CUDAError) -> (free: Int, total: Int) {
        var free = 0
        var total = 0
        try check(ccuda_memory_info(library, context.pointer, &free, &total), "asking for free memory")
        return (free, total)
    }

    package func allocate(bytes: Int, in context: ContextHandle) throws(CUDAError) -> DeviceAddress {
        var address: UInt64 = 0
        try check(ccuda_allocate(library, context.pointer, bytes, &address), "allocating \(bytes) bytes")
        return address
    }

    package func free(_ address: DeviceAddress, in context: ContextHandle) throws(CUDAError) {
        try check(ccuda_free(library, context.pointer, address), "freeing memory")
    }

    package func allocate(
        bytes: Int, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) -> DeviceAddress {
        var address: UInt64 = 0
        try check(
            ccuda_allocate_pooled(library, context.pointer, bytes, stream.pointer, &address),
            "allocating \(bytes) bytes from the memory pool")
        return address
    }

    package func free(
        _ address: DeviceAddress, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) {
        try check(
            ccuda_free_pooled(library, context.pointer, address, stream.pointer),
            "giving memory back to the pool")
    }

    package func allocateHost(
        bytes: Int, in context: ContextHandle
    ) throws(CUDAError) -> UnsafeMutableRawPointer {
        var memory: UnsafeMutableRawPointer?
        let operation = "allocating \(bytes) bytes of the host"
        try check(ccuda_allocate_host(library, context.pointer, bytes, &memory), operation)
        guard let memory else { throw CUDAError(code: 2, operation: operation) }
        return memory
    }

    package func freeHost(
        _ memory: UnsafeMutableRawPointer, in context: ContextHandle
    ) throws(CUDAError) {
        try check(ccuda_free_host(library, context.pointer, memory), "freeing memory of the host")
    }

    package func copy(
        from source: UnsafeRawBufferPointer, to target: DeviceAddress, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        guard let start = source.baseAddress, !source.isEmpty else { return }
        try check(
            ccuda_copy_to_device(library, context.pointer, target, start, source.count, stream.pointer),
            "copying \(source.count) bytes to the device")
    }

    package func copy(
        from source: DeviceAddress, to target: UnsafeMutableRawBufferPointer, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        guard let start = target.baseAddress, !target.isEmpty else { return }
        try check(
            ccuda_copy_to_host(library, context.pointer, start, source, target.count, stream.pointer),
            "copying \(target.count) bytes from the device")
    }

    package func copy(
        from source: DeviceAddress, to target: DeviceAddress, bytes: Int, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        guard bytes > 0 else { return }
        try check(
            ccuda_copy_on_device(library, context.pointer, target, source, bytes, stream.pointer),
            "copying \(bytes) bytes on the device")
    }

    package func fill(
        _ target: DeviceAddress, with byte: UInt8, bytes: Int, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        guard bytes > 0 else { return }
        try check(
            ccuda_fill(library, context.pointer, target, byte, bytes, stream.pointer),
            "filling \(bytes) bytes")
    }
}

// MARK: Streams and events

extension LibraryDriver {
    package func makeStream(in context: ContextHandle) throws(CUDAError) -> StreamHandle {
        var stream: OpaquePointer?
        try check(ccuda_stream_create(library, context.pointer, &stream), "making a stream")
        return StreamHandle(stream)
    }

    package func destroy(_ stream: StreamHandle, in context: ContextHandle) throws(CUDAError) {
        try check(ccuda_stream_destroy(library, context.pointer, stream.pointer), "destroying a stream")
    }

    package func synchronize(_ stream: StreamHandle, in context: ContextHandle) throws(CUDAError) {
        try check(ccuda_stream_synchronize(library, context.pointer, stream.pointer), "waiting for a stream")
    }

    package func isDone(_ stream: StreamHandle, in context: ContextHandle) throws(CUDAError) -> Bool {
        let status = ccuda_stream_query(library, context.pointer, stream.pointer)
        if status == Self.notReady { return false }
        try check(status, "asking whether a stream is done")
        return true
    }

    package func makeEvent(timing: Bool, in context: ContextHandle) throws(CUDAError) -> EventHandle {
        var event: OpaquePointer?
        try check(ccuda_event_create(library, context.pointer, timing ? 1 : 0, &event), "making an event")
        return EventHandle(event)
    }

    package func destroy(_ event: EventHandle, in context: ContextHandle) throws(CUDAError) {
        try check(ccuda_event_destroy(library, context.pointer, event.pointer), "destroying an event")
    }

    package func record(
        _ event: EventHandle, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) {
        try check(
            ccuda_event_record(library, context.pointer, event.pointer, stream.pointer), "recording an event")
    }

    package func wait(
        for event: EventHandle, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) {
        try check(
            ccuda_stream_wait(library, context.pointer, stream.pointer, event.pointer),
            "letting a stream wait for an event")
    }

    package func synchronize(_ event: EventHandle, in context: ContextHandle) throws(CUDAError) {
        try check(ccuda_event_synchronize(library, context.pointer, event.pointer), "waiting for an event")
    }

    package func isDone(_ event: EventHandle, in context: ContextHandle) throws(CUDAError) -> Bool {
        let status = ccuda_event_query(library, context.pointer, event.pointer)
        if status == Self.notReady { return false }
        try check(status, "asking whether an event is done")
        return true
    }

    package func milliseconds(
        from start: EventHandle, to end: EventHandle, in context: ContextHandle
    ) throws(CUDAError) -> Float {
        var value: Float = 0
        try check(
            ccuda_event_milliseconds(library, context.pointer, start.pointer, end.pointer, &value),
            "asking for the time between two events")
        return value
    }

    private static var notReady: Int32 { 600 }
}

// MARK: Graphs

extension LibraryDriver {
    package func beginCapture(on stream: StreamHandle, in context: ContextHandle) throws(CUDAError) {
        try check(ccuda_capture_begin(library, context.pointer, stream.pointer), "recording a graph")
    }

    package func endCapture(
        on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) -> GraphHandle {
        var graph: OpaquePointer?
        let status = ccuda_capture_end(library, context.pointer, stream.pointer, &graph)
        if status != 0, let graph { _ = ccuda_graph_destroy(library, context.pointer, graph) }
        try check(status, "making a graph of what was recorded")
        return GraphHandle(graph)
    }

    package func launch(
        _ graph: GraphHandle, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) {
        try check(
            ccuda_graph_launch(library, context.pointer, graph.pointer, stream.pointer), "starting a graph")
    }

    package func destroy(_ graph: GraphHandle, in context: ContextHandle) throws(CUDAError) {
        try check(ccuda_graph_destroy(library, context.pointer, graph.pointer), "destroying a graph")
    }
}
