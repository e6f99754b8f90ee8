// Colouring: entries of a sparse derivative that do not meet in one row are found by one run for all of them (Curtis, Powell
// and Reid 1974; the terms are those of Gebremedhin, Manne and Pothen, "What Color Is Your Jacobian?", 2005).

extension SparsityPattern {
    /// Colours for columns such that no two of one colour have an entry in one row, but for rows that are left out.
    ///
    /// The columns with most entries come first. A column without entries gets colour 0, which does no harm.
    ///
    /// - Parameter isLeftOut: For every row whether its entries are found in another way.
    func columnColours(leavingOut isLeftOut: [Bool]) -> (ofColumn: [Int], count: Int) {
        let byRow = transposed().pattern
        let order = (0..<columns).sorted { a, b in
            let (first, second) = (entries(ofColumn: a).count, entries(ofColumn: b).count)
            return first != second ? first > second : a < b
        }
        var colours = Array(repeating: -1, count: columns)
        // Which column has last forbidden a colour.
        var forbidden: [Int] = []
        for column in order {
            for row in rows(ofColumn: column) where !isLeftOut[row] {
                for neighbour in byRow.rows(ofColumn: row) where colours[neighbour] >= 0 {
                    forbidden[colours[neighbour]] = column
                }
            }
            let free = forbidden.firstIndex { $0 != column } ?? forbidden.count
            if free == forbidden.count { forbidden.append(-1) }
            colours[column] = free
        }
        return (colours, forbidden.count)
    }

    /// A star colouring of a symmetric pattern: neighbours differ, and every path over four columns has three colours, so
    /// that every entry stands alone in one of its two columns' sums.
    ///
    /// Columns with more than `limit` neighbours get colours of their own. No path through one can be of two colours, so that
    /// the neighbours of hubs need not be looked at, which would take the square of their number.
    func starColours(limit: Int) -> (ofColumn: [Int], count: Int) {
        var colours = Array(repeating: -1, count: columns)
        var isHub = Array(repeating: false, count: columns)
        var count = 0
        for column in 0..<columns where entries(ofColumn: column).count > limit {
            (colours[column], isHub[column]) = (count, true)
            count += 1
        }
        let hubs = count
        // Which column has last forbidden a colour that is not a hub's.
        var forbidden: [Int] = []
        for column in 0..<columns where !isHub[column] {
            func forbid(_ colour: Int) { if colour >= hubs { forbidden[colour - hubs] = column } }
            for near in rows(ofColumn: column) where near != column && !isHub[near] {
                forbid(colours[near])
                for second in rows(ofColumn: near) where second != column && second != near {
                    guard !isHub[second], colours[second] >= 0 else { continue }
                    if colours[near] < 0 {
                        // Both ends of the path would be of one colour, and what comes between may yet get any.
                        forbid(colours[second])
                    } else if rows(ofColumn: second).contains(where: {
                        $0 != near && $0 != second && colours[$0] == colours[near]
                    }) {
                        forbid(colours[second])
                    }
                }
            }
            let free = forbidden.firstIndex { $0 != column } ?? forbidden.count
            if free == forbidden.count { forbidden.append(-1) }
            colours[column] = hubs + free
        }
        return (colours, hubs + forbidden.count)
    }
}
