import ReversibleCore

extension Assertion {
    /// A check like others: code without checks has none of it, and code that verifies undoing has those that keep views
    /// within their arrays.
    func emit(to emitter: FunctionEmitter) {
        guard emitter.isChecked || isOfViews else { return }
        emitter.share([condition])
        let holds = emitter.condition(condition).text
        guard emitter.isChecked else { return emitter.requireViews(holds, if: condition) }
        let words = message.isEmpty ? "" : ": \(message)"
        emitter.require(holds, "the condition of an `Assert` does not hold\(words)")
    }
}
