import ReversibleCore

/// All programs whose kernels are checked and written.
package enum Catalogue {
    /// The programs of a group.
    package static func subjects(of group: Subject.Group) -> [Subject] {
        switch group {
        case .functions: functions
        case .language: language
        case .arrays: arrays
        case .bundleAdjustment: bundleAdjustment
        case .mixtures: mixtures
        case .sparse: sparse
        case .library: library
        }
    }

    /// The programs of all groups whose name, or whose group's name, contains a text; all without one.
    package static func subjects(matching text: String?) -> [Subject] {
        Subject.Group.allCases.flatMap(subjects).filter { subject in
            guard let text, !subject.group.rawValue.contains(text) else { return true }
            return subject.name.contains(text)
        }
    }
}
