import ReversibleCore

/// The derivative of a closure at a number.
///
/// ```swift
/// let slope = try grad(at: 2.0) { x in 2 * x + x * x * x }   // 14
/// let second = try grad(at: 1.3) { x in try grad(at: x) { y in y * y * y * sin(y) } }   // 8.111254635145848
/// ```
///
/// - Throws: As ``valueAndGrad(at:fileID:line:column:_:)-(Double,_,_,_,_)``.
public func grad(
    at point: Double,
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: (Traced) throws -> Traced
) throws -> Double {
    try Derivative(fileID, line, column).takePlain(at: [point], wantsValue: false) { try body($0[0]) }
        .gradient[0]
}

/// The derivative of a closure of an array, in every element.
///
/// As ``grad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise.
public func grad(
    at point: [Double],
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: ([Traced]) throws -> Traced
) throws -> [Double] {
    try Derivative(fileID, line, column).takePlain(at: point, wantsValue: false, body).gradient
}

/// The derivative of a closure of a matrix, in every element.
///
/// As ``grad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise.
public func grad(
    at point: DenseMatrix,
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: (EagerMatrix<Traced>) throws -> Traced
) throws -> DenseMatrix {
    let slopes = try Derivative(fileID, line, column).takePlain(at: point.elements, wantsValue: false) {
        try body(EagerMatrix(unchecked: point.rows, point.columns, $0))
    }.gradient
    return DenseMatrix(unchecked: point.rows, point.columns, slopes)
}

/// The derivative at a number of an outer derivative, which goes on to depend on it.
///
/// As ``grad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise.
@_disfavoredOverload
public func grad(
    at point: Traced,
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: (Traced) throws -> Traced
) throws -> Traced {
    try Derivative(fileID, line, column).take(at: [point]) { try body($0[0]) }.gradient[0]
}

/// The derivatives at numbers of an outer derivative, which goes on to depend on them.
///
/// As ``grad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise.
@_disfavoredOverload
public func grad(
    at point: [Traced],
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: ([Traced]) throws -> Traced
) throws -> [Traced] {
    try Derivative(fileID, line, column).take(at: point, body).gradient
}

/// The derivative of a closure of a struct of numbers, in every field.
///
/// As ``grad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` otherwise. Integer fields are 0 in the gradient.
@_disfavoredOverload
public func grad<Value: ArgumentValue>(
    at point: Value,
    fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: (Fields<Value>) throws -> Traced
) throws -> Value where Value.Gradient == Value {
    try Derivative(fileID, line, column).takePlain(at: point, wantsValue: false, body).gradient
}
