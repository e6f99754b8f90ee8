import ReversibleCore

extension Assertion {
    /// A check like others: code without checks has none of it.
    func emit(to emitter: FunctionEmitter) {
        guard emitter.isChecked else { return }
        emitter.share([condition])
        let words = message.isEmpty ? "" : ": \(message)"
        emitter.require(
            emitter.condition(condition).text, "the condition of an `Assert` does not hold\(words)")
    }
}
