import ReversibleCore

/// The value of a closure at a number, and its derivative there.
///
/// ```swift
/// let (y, slope) = try valueAndGrad(at: 3.0) { x in x * x + sin(x) }   // 9.141120008059866, 5.010007503399555
/// ```
///
/// The closure is ordinary Swift: it runs once, on ``Traced`` numbers, and may loop, branch and recurse as it likes.
/// Where it calls derivatives itself, and what they find depends on its number, it gives the point as a `Traced` number.
///
/// - Throws: What the closure throws; an error of kind `.outOfScope` if a number of another derivative, which is over, takes
///   part, and `.invalidArgument` if the result depends on a derivative around this one.
public func valueAndGrad(
    at point: Double,
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: (Traced) throws -> Traced
) throws -> (value: Double, gradient: Double) {
    let result = try Derivative(fileID, line, column).takePlain(at: [point], wantsValue: true) {
        try body($0[0])
    }
    return (result.value, result.gradient[0])
}

/// The value of a closure of an array, and its derivative in every element.
///
/// As ``valueAndGrad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise.
public func valueAndGrad(
    at point: [Double],
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: ([Traced]) throws -> Traced
) throws -> (value: Double, gradient: [Double]) {
    try Derivative(fileID, line, column).takePlain(at: point, wantsValue: true, body)
}

/// The value of a closure of a matrix, and its derivative in every element.
///
/// As ``valueAndGrad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise.
public func valueAndGrad(
    at point: DenseMatrix,
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: (EagerMatrix<Traced>) throws -> Traced
) throws -> (value: Double, gradient: DenseMatrix) {
    let result = try Derivative(fileID, line, column).takePlain(at: point.elements, wantsValue: true) {
        try body(EagerMatrix(unchecked: point.rows, point.columns, $0))
    }
    return (result.value, DenseMatrix(unchecked: point.rows, point.columns, result.gradient))
}

/// The value of a closure at a number of an outer derivative, and its derivative, on which that goes on to depend.
///
/// As ``valueAndGrad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise.
@_disfavoredOverload
public func valueAndGrad(
    at point: Traced,
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: (Traced) throws -> Traced
) throws -> (value: Traced, gradient: Traced) {
    let result = try Derivative(fileID, line, column).take(at: [point]) { try body($0[0]) }
    return (result.value, result.gradient[0])
}

/// The value of a closure at numbers of an outer derivative, and its derivatives, on which that goes on to depend.
///
/// As ``valueAndGrad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise.
@_disfavoredOverload
public func valueAndGrad(
    at point: [Traced],
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: ([Traced]) throws -> Traced
) throws -> (value: Traced, gradient: [Traced]) {
    try Derivative(fileID, line, column).take(at: point, body)
}

/// The value of a closure of a struct of numbers, and its derivative in every field.
///
/// As ``valueAndGrad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise. Integer fields are 0 in the gradient.
@_disfavoredOverload
public func valueAndGrad<Value: ArgumentValue>(
    at point: Value,
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: (Fields<Value>) throws -> Traced
) throws -> (value: Double, gradient: Value) where Value.Gradient == Value {
    try Derivative(fileID, line, column).takePlain(at: point, wantsValue: true, body)
}
