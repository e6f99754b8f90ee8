import AD
import ReversibleCore
import Testing

/// Programs that no pass may leave behind, each a sound one with something wrong.
@Suite struct VerifierTests {
    private let definition: Definition

    init() throws {
        definition = try ReversibleFunction("f", parameters: ["y", "k", "v"]) {
            (y: Scalar, k: Integer, v: Vector) in
            let t = Vector.ancilla(count: v.count, "t")
            For(v.indices) { i in
                Compute {
                    t[i] += v[i]
                } apply: {
                    y += t[i] * t[i]
                }
            }
            k += v.count
        }.definition
    }

    private func fault(_ change: (inout Block) -> Void) -> String? {
        var block = definition.body
        change(&block)
        return Verifier.fault(
            in: block, over: definition.parameters.map(\.variable), names: definition.names)
    }

    /// Statements changed at any depth.
    private func changing(_ change: @escaping (Statement) -> Statement?) -> (inout Block) -> Void {
        func changed(_ block: Block) -> Block {
            Block(
                ancillas: block.ancillas,
                statements: block.statements.compactMap { change($0)?.mappingOwnBlocks(changed) })
        }
        return { $0 = changed($0) }
    }

    @Test func sound() { #expect(fault { _ in } == nil) }

    @Test func undeclared() {
        #expect(fault { $0.ancillas = [] } == "`t[i] += v[i]` names `t` outside of its scope")
    }

    @Test func declaredTwice() {
        #expect(fault { $0.ancillas += $0.ancillas } == "`t` is declared inside its own scope")
    }

    @Test func sizeOfWhatIsNotThere() {
        let found = fault { block in
            let other = Variable(id: 1000, kind: .vector, owner: definition.owner)
            block.ancillas[0].sizes = [Node(.size(other, .count), .integer)]
        }
        #expect(found?.hasPrefix("the size of an ancilla asks for the size of") == true)
    }

    @Test func indicesOfAnotherKind() {
        let found = fault(
            changing { statement in
                guard case .update(var s) = statement.kind, s.place.indices.count == 1 else {
                    return statement
                }
                s.place.indices.append(.integer(0))
                return Statement(.update(s), at: statement.location)
            })
        #expect(found?.hasSuffix("indices for another kind of array") == true)
    }

    @Test func changedIndex() {
        var index: Variable?
        definition.body.forEachStatement { if case .forLoop(let loop) = $0.kind { index = loop.index } }
        let found = fault(
            changing { statement in
                guard case .update(var s) = statement.kind, s.place.indices.count == 1, let index else {
                    return statement
                }
                s.place = Place(index)
                s.change = .integer(1)
                return Statement(.update(s), at: statement.location)
            })
        #expect(found == "`i += 1` changes the index of a loop")
    }

    @Test func integerByReal() {
        let found = fault(
            changing { statement in
                guard case .update(var s) = statement.kind, s.place.variable.kind == .integer else {
                    return statement
                }
                s.change = .real(0.5)
                return Statement(.update(s), at: statement.location)
            })
        #expect(found == "`k += 0.5` changes an integer by a number of another type")
    }
}
