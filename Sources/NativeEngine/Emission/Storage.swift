import ReversibleCore

/// Where emitted code keeps a variable.
struct Storage {
    var name: String
    var kind: Variable.Kind
    /// Whether each lane has its own: a vector variable, or an array of vectors.
    var isVarying = false
    /// C expressions of an array's sizes.
    var count = ""
    var rows = ""
    var columns = ""
    /// Inside a parallel loop that uses nothing of this array but its own element: the variable that holds it.
    var ownElement: String?
    /// How the lanes of a parallel loop add to this place, if several may add to one element.
    var sums: Sums?
    /// The shadows that watch this array, each with the iteration it belongs to.
    var watches: [(shadow: String, iteration: String)] = []

    enum Sums {
        /// In a vector variable.
        case lane(String)
        /// In an array of vectors of the same sizes, or if that would be large, in the piece's own copy.
        case lanes(String, piece: String)
        /// In the piece's own copy of the array.
        case piece(String)
    }

    func size(_ axis: Axis) -> String {
        switch axis {
        case .count: count
        case .rows: rows
        case .columns: columns
        }
    }
}

/// Where one number is.
enum Address {
    /// A C variable.
    case variable(Storage)
    /// An element whose offset is the same for all lanes; of an array that lanes share, or of one each.
    case element(Storage, offset: String)
    /// A number of a stack, from the bottom.
    case number(Storage, index: String)
    /// Elements of a shared array, one lane's next to the other's or a stride apart.
    case strided(Storage, offset: String, stride: String)
    /// Elements anywhere in a shared array, or each lane in its own.
    case anywhere(Storage, offset: String)
}
