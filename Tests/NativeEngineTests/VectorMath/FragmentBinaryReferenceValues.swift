// Made with 1400 bits of precision. Each row: the arguments, the value rounded to a double, and what the
// rounding lost, in units of the last place.
import ReversibleCore

/// Values of functions of two arguments.
enum FragmentBinaryReferenceValues {
    static func rows(_ function: ElementaryFunction) -> [Double] {
        switch function {
        case .pow: pow
        case .atan2: atan2
        case .hypot: hypot
        default: []
        }
    }

    private static let pow: [Double] = [
        0x1.0ad07cd1a8c03p135, -0x1.d29d7a9793437p2, 0x1.3ad5c7e6c0e2dp-985, -0.292,
        0x1.41755147dfe1fp-876, 0x1.11115367266c9p-1, 0x1.f6ab06a11330dp-468, 0.055,
        0x1.c5ddf61147effp342, 0x1.21dc328b68bdfp0, 0x1.2019fe7ece535p388, -0.356,
        0x1.28b65a362ad2bp350, -0x1.34c8b455e0c89p0, 0x1.7e08375aaa8eap-423, 0.408,
        0x1.f163b018d27fcp32, -0x1.15310ed93db27p1, 0x1.8b595e88c8708p-72, -0.304,
        0x1.e096564b1ee17p-68, 0x1.6f8454b3fa1e4p3, 0x1.60b7230af6646p-771, -0.431,
        0x1.8cb72512c2cbcp784, -0x1.8c615fa71e7e1p-1, 0x1.77aaefac1aa4p-608, 0.227,
        0x1.f8ced2e316e31p952, 0x1.d9668618d2ed9p-1, 0x1.1910d670ca13cp881, 0.482,
        0x1.17da696ef78e4p-2, -0x1.06963422d42p4, 0x1.a3ee7d08a9df6p30, 0.391,
        0x1.06f18f0d43188p3, 0x1.767c91e775fe8p7, 0x1.f1bfbabc703d6p568, 0.296,
        0x1.232c10ff85adcp2, -0x1.7225fe92a15d6p6, 0x1.ab46061ca3d0bp-203, -0.391,
        0x1.16b4aa67951p1, 0x1.647846390db9p7, 0x1.0fc7fe5b316f9p200, -0.205,
        0x1.17cf687f04c8p1, 0x1.04b629e41f098p5, 0x1.b4a0d44f8fd1p36, -0.404,
        0x1.80d3dbe334208p0, 0x1.340a86e2e4f3p3, 0x1.94c1e5f54abbep5, 0.268,
        0x1.310734183d02ap3, -0x1.25ea7b27a9d65p7, 0x1.f751a44a78e58p-479, 0.346,
        0x1.070b74ab03997p3, 0x1.bfb5fdfd3c04p1, 0x1.8c3c1622c90ebp10, 0.472,
        0x1.f9a12cf37d4c1p-1, -0x1.5eda3769859dfp13, 0x1.bce3112fd5703p202, 0.274,
        0x1.000081f879b3fp0, 0x1.0f91827822a79p18, 0x1.13e5046e866e8p3, -0.328,
        0x1.000043bbba35fp0, 0x1.3f15b84f3de9ap24, 0x1.bd4763c524905p121, 0.064,
        0x1.fffff4aa8e4a2p-1, -0x1.799964253d967p21, 0x1.6be4993d0267bp1, -0.369,
        0x1.0152599f10472p0, -0x1.a5a3cbad0d392p16, 0x1.111df48d452dep-802, 0.420,
        0x1.042d15e2b576ep0, 0x1.af4f4b92d1826p13, 0x1.2669d4ddf2334p322, 0.374,
        -0x1.4p1, 0x1.8p1, -0x1.f4p3, 0.000,
        -0x1.199999999999ap0, -0x1.cp2, -0x1.06bca92ef4a05p-1, -0.138,
        0x1p-1074, 0x1.3333333333333p-2, 0x1.bdb8cdadbe161p-323, -0.063,
        0x1.8p1, -0x1.52cp9, 0x1p-1074, 0.139,
        0x1p1, 0x1p-1, 0x1.6a09e667f3bcdp0, -0.435,
        0x1.4p3, 0x1.34p8, 0x1.1ccf385ebc8ap1023, -0.055,
    ]
    private static let atan2: [Double] = [
        -0x1.ebba65a92797p9, 0x1.2af0f8005baedp-3, -0x1.9215fb24c52c9p0, 0.049,
        0x1.6eb57af7a5307p-5, -0x1.0b23dd5c52a88p-8, 0x1.a95f00c696a53p0, 0.061,
        -0x1.a7c4d6d1c06d5p-5, 0x1.00a5f12fe95eep-5, -0x1.06b807e077912p0, 0.030,
        0x1.29dd297a50bb3p0, -0x1.63fae4b34cf1ap-3, 0x1.b8162d25897fbp0, 0.492,
        -0x1.943b114c74323p7, -0x1.8670c0e4794b6p2, -0x1.99d93d87f7f8dp0, 0.353,
        -0x1.b8c0e6ba7f21p8, 0x1.4c51b9214ed97p4, -0x1.8611b0a1b04d4p0, -0.422,
        0x1.8c7e09833f63cp4, -0x1.067b29918c306p5, 0x1.3f530f1eeeedap1, -0.490,
        0x1.ab355efd34d55p-5, 0x1.6ba1d4e2c574fp8, 0x1.2cc21ca43d898p-13, -0.259,
        0x1.5ca3478efebbp-1, -0x1.f5362d2bd88a3p-5, 0x1.a91076b70b0ccp0, 0.302,
        0x1.685e631b80d2dp9, 0x1.1422a3445485cp3, 0x1.8f0f18ff0117bp0, 0.018,
        0x1.1a9446284f196p1, 0x1.4ab541846133ep-7, 0x1.90f41bb8c4a07p0, 0.184,
        -0x1.21811be096b9dp-6, 0x1.ebba4a7e813fp-1, -0x1.2d67d745aac97p-6, -0.254,
        -0x1.11e0a346cfd64p8, 0x1.0077b912f113fp-1, -0x1.91a7d84b6b29bp0, 0.398,
        0x1.d39e903c89d9cp-7, 0x1.cd6a2481763cp-4, 0x1.02115f9dc115bp-3, -0.433,
        0x1.06e5b60e52ff3p-520, -0x1.b141e29ec8157p138, 0x1.921fb54442d18p1, 0.276,
        0x1.85d967468045fp497, -0x1.47bffe601a493p-172, 0x1.921fb54442d18p0, 0.276,
        0x1.7d28e8e0bb202p-246, 0x1.156b628c5d066p-873, 0x1.921fb54442d18p0, 0.276,
        0x1.20085414b8c6ap932, -0x1.b405ac0350528p6, 0x1.921fb54442d18p0, 0.276,
        0x1.2e3f53a720389p723, 0x1.865ec35125c1fp-457, 0x1.921fb54442d18p0, 0.276,
        0x1.1ccf385ebc8ap1023, 0x1.ab36d48e1acfp1023, 0x1.2d0ead6066395p-1, 0.426,
        0x1.8p-1029, -0x1.4p-1030, 0x1.f730bd281f69bp0, 0.125,
        -0x1p0, -0x1p0, -0x1.2d97c7f3321d2p1, -0.207,
    ]
    private static let hypot: [Double] = [
        0x1.005b075f49196p-2, -0x1.08a0175b24e1fp9, 0x1.08a0194bd520ep9, -0.467,
        0x1.59714f3ff6a12p7, -0x1.9942f1157b8ecp-10, 0x1.59714f40333dp7, -0.253,
        0x1.d9610efdeb2ap7, 0x1.aad7ff1815b4fp1, 0x1.d96d15e729788p7, -0.499,
        -0x1.c991a55aa9a71p-3, -0x1.676a08df86bfap6, 0x1.676a51b06ff1fp6, -0.080,
        0x1.54bc286b8e1c1p9, 0x1.27a292bc121b8p-8, 0x1.54bc286bae2c3p9, 0.342,
        -0x1.5caf6e3572c27p0, -0x1.bd991edc2679cp8, 0x1.bd99a748dc5abp8, -0.191,
        -0x1.ea14f98710094p2, -0x1.1bef9319a0dd7p-1, 0x1.eb5d8c8335abep2, 0.104,
        -0x1.c4b5100823f1ep-10, -0x1.9744c212563c9p-6, 0x1.984010202f2ddp-6, -0.153,
        0x1.ddc3ecbec73c7p2, 0x1.7ff4a2ff5d9ffp-8, 0x1.ddc3f6634d578p2, 0.453,
        -0x1.a4a7ce007192ap2, 0x1.3483cb7494386p-8, 0x1.a4a7d51298e93p2, 0.257,
        0x1.7e43c8800759cp996, 0x1.7e43c8800759cp997, 0x1.ab629052228b2p997, -0.367,
        0x1.8p-1029, 0x1p-1028, 0x1.4p-1028, 0.000,
        0x1.4e718d7d7625ap664, 0x1.87e92154ef7acp-665, 0x1.4e718d7d7625ap664, 0.000,
        0x1.8p1, 0x1p2, 0x1.4p2, 0.000,
        0x1.1ccf385ebc8ap1023, 0x1.1ccf385ebc8ap1023, 0x1.92c80954c51f5p1023, -0.331,
    ]
}
