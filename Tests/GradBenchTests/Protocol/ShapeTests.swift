import GradBench
import Testing

/// Inputs whose parts do not fit together, for every eval: the error names what is wrong.
struct ShapeTests {
    private typealias Fields = [String: Any]

    private func check(
        _ module: String, _ functions: [String], _ good: Fields, _ mistakes: [(Fields, String)]
    ) throws {
        var tool = Conversation()
        for function in functions {
            for (change, reason) in mistakes {
                let error = try tool.refusal(module, function, good.merging(change) { $1 })
                #expect(error.contains(reason), "\(module), \(function): \(error)")
            }
            for field in good.keys {
                let error = try tool.refusal(module, function, good.filter { $0.key != field })
                #expect(error == "\"input\" has no field \"\(field)\"")
            }
            // A mistake leaves nothing behind.
            _ = try tool.numbers(module, function, good)
        }
    }

    @Test func det() throws {
        try check(
            "det", ["primal", "gradient"], ["A": [1, 2, 3, 4], "ell": 2],
            [
                (["ell": 3], "\"A\" has 4 numbers; a matrix of \"ell\" = 3 rows"),
                (["ell": 0], "\"ell\" = 0"),
                (["ell": -2], "\"ell\" = -2"), (["ell": 4_000_000_000], "\"ell\" = 4000000000"),
                (["A": [Int]()], "\"A\" has 0 numbers"), (["A": [[1, 2], [3, 4]]], "\"input.A[0]\""),
                (["ell": 2.5], "a number is not of the size or kind"), (["ell": "2"], "\"input.ell\""),
            ])
    }

    @Test func llsq() throws {
        try check(
            "llsq", ["primal", "gradient"], ["x": [1, 2], "n": 5],
            [
                (["x": [Int]()], "\"x\" is empty"), (["n": 1], "\"n\" is 1"), (["n": -4], "\"n\" is -4"),
                (["n": Int.max], "the limit is"),
            ])
    }

    @Test func lse() throws {
        try check("lse", ["primal", "gradient"], ["x": [1, 2]], [(["x": [Int]()], "\"x\" is empty")])
    }

    @Test func ode() throws {
        try check(
            "ode", ["primal", "gradient"], ["x": [1, 2], "s": 2],
            [(["x": [Int]()], "\"x\" is empty"), (["s": 0], "\"s\" is 0"), (["s": -1], "\"s\" is -1")])
    }

    @Test func kmeans() throws {
        let good: Fields = ["points": [[1, 2], [3, 4]], "centroids": [[3, 4]]]
        let mistakes: [(Fields, String)] = [
            (["points": [[1, 2], [3]]], "\"input.points\": row 1 has 1 numbers and row 0 has 2"),
            (["points": [[1], [2]]], "\"points\" have 1 coordinates and \"centroids\" 2"),
            (["centroids": [[Int]]()], "\"centroids\" is empty"),
            (["points": [1, 2]], "\"input.points[0]\""),
        ]
        try check("kmeans", ["cost", "dir"], good, mistakes)
        try check("kmeans", ["dir"], good, [(["centroids": [[1, 2], [9, 9]]], "a centroid has no points")])
    }

    @Test func gmm() throws {
        let good: Fields = [
            "d": 2, "k": 1, "n": 1, "m": 0, "gamma": 1, "alpha": [1], "mu": [[1, 2]], "q": [[0, 0]],
            "l": [[1]],
            "x": [[1, 2]],
        ]
        try check(
            "gmm", ["objective", "jacobian"], good,
            [
                (["d": 0], "\"d\" is 0"), (["k": -1], "\"k\" is -1"),
                (["k": 2], "\"alpha\" has 1 numbers and \"k\" is 2"),
                (["gamma": 0], "\"gamma\" is 0"), (["m": -1], "\"m\" is -1"), (["n": 3], "\"x\" has 1 rows"),
                (["d": 3], "\"mu\" has 1 rows of 2 numbers; it should have 1 of 3"),
                (["d": Int.max], "\"mu\""),
                (["q": [[1]]], "\"q\""), (["l": [[1, 2]]], "\"l\""), (["x": [[1]]], "\"x\""),
            ])
    }

    @Test func lstm() throws {
        let good: Fields = [
            "main_params": [[1, 2, 3, 4], [1, 2, 3, 4]], "extra_params": [[1], [2], [3]],
            "state": [[1], [2]],
            "sequence": [[1], [0], [1]],
        ]
        try check(
            "lstm", ["objective", "jacobian"], good,
            [
                (["main_params": [[Int]]()], "\"main_params\" or \"extra_params\" is empty"),
                (["main_params": [[1, 2, 3, 4]]], "\"main_params\""),
                (["main_params": [[1], [2]]], "\"main_params\""),
                (["extra_params": [[1], [2]]], "\"extra_params\""), (["state": [[1]]], "\"state\""),
                (["sequence": [[1]]], "\"sequence\" has 1 characters"),
                (["sequence": [[1, 2], [3, 4]]], "\"sequence\""),
            ])
    }

    @Test func ba() throws {
        let good: Fields = [
            "n": 1, "m": 1, "p": 10, "cam": [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], "x": [1, 2, 3], "w": 1,
            "feat": [1, 2],
        ]
        var tool = Conversation()
        let mistakes: [(Fields, String)] = [
            (["cam": [1]], "\"cam\" has 1 numbers"), (["x": [1]], "\"x\" has 1 numbers"),
            (["feat": [1]], "\"feat\" has 1 numbers"), (["n": 0], "0 cameras"), (["m": -1], "-1 points"),
            (["p": -1], "-1 observations"), (["p": Int.max], "the limit is"), (["p": 0], "\"p\" is 0"),
        ]
        for (change, reason) in mistakes {
            for function in ["objective", "jacobian"] {
                let error = try tool.refusal("ba", function, good.merging(change) { $1 })
                #expect(error.contains(reason), "\(error)")
            }
        }
        #expect(try tool.refusal("ba", "jacobian", good.merging(["p": 9]) { $1 }).contains("\"p\" is 9"))
        for field in good.keys {
            let error = try tool.refusal("ba", "objective", good.filter { $0.key != field })
            #expect(error == "\"input\" has no field \"\(field)\"")
        }
        #expect(try tool.answer("ba", "jacobian", good)["success"] as? Bool == true)
    }

    @Test func ht() throws {
        let good = HandModel(simple: false, mirrored: false, turned: true).input
        let data = try #require(good["data"] as? Fields)
        let model = try #require(data["model"] as? Fields)
        let parents = try #require(model["parents"] as? [Int])
        func inModel(_ field: String, _ value: Any) -> Fields {
            ["data": data.merging(["model": model.merging([field: value]) { $1 }]) { $1 }]
        }
        func inData(_ field: String, _ value: Any) -> Fields { ["data": data.merging([field: value]) { $1 }] }
        try check(
            "ht", ["objective", "jacobian"], good,
            [
                (["theta": [1]], "\"theta\" has 1 numbers"), (["us": [[0.5, 0.5]]], "\"us\" has 1 rows"),
                (["us": [[0.5]]], "\"us\""), (inData("points", [[1, 2, 3]]), "\"points\" has 1 rows"),
                (inData("correspondences", [0, 1, 3]), "\"correspondences\" names 3"),
                (inData("correspondences", [0, -1, 2]), "\"correspondences\" names -1"),
                (inModel("triangles", [[0, 1], [0, 1, 2], [0, 1, 2]]), "\"triangles\""),
                (inModel("triangles", [[0, 1, 6], [0, 1, 2], [0, 1, 2]]), "\"triangles\""),
                (inModel("parents", [-1, 0]), "\"parents\" has 2 bones"),
                (
                    inModel("parents", Array(parents.dropLast()) + [21]),
                    "\"parents\" gives bone 21 the parent 21"
                ),
                (
                    inModel("parents", Array(parents.dropLast()) + [-2]),
                    "\"parents\" gives bone 21 the parent -2"
                ),
                (inModel("base_relatives", [[[Double]]]()), "\"base_relatives\""),
                (inModel("inverse_base_absolutes", [[[1.0]]]), "\"inverse_base_absolutes\""),
                (inModel("base_positions", [[Int]](repeating: [1, 2, 3], count: 6)), "\"base_positions\""),
                (inModel("weights", [[1, 2, 3]]), "\"weights\""),
                (inModel("is_mirrored", "no"), "is_mirrored"),
            ])
    }

    @Test(arguments: ["ff", "fr", "rf", "rr"]) func nested(modes: String) throws {
        try check("particle", [modes], ["w": 0], [(["w": "0"], "\"input.w\""), (["w": [0]], "\"input.w\"")])
        try check(
            "saddle", [modes], ["start": [1, 1]],
            [(["start": [1]], "\"start\" has 1 numbers"), (["start": [1, 2, 3]], "\"start\" has 3 numbers")])
    }
}
