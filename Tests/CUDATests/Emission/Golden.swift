/// The whole text of two programs' kernels.
enum Golden {
    static let saxpy =
        """
        // Kernels of `saxpy`, in double precision.
        // Every kernel parameter is a slot of 64 bits. Launches, in order:
        //  saxpy_loop_1, y.count iterations in blocks of 128
        .version 6.0
        .target sm_60
        .address_size 64

        // A thread for every iteration of `ParallelFor(0..<y.count) { i in ... }`.
        //   p_iterations: integer, y.count
        //   p_a: real, a
        //   p_x: address of `x`, x.count reals
        //   p_y: address of `y`, y.count reals
        .visible .entry saxpy_loop_1(
            .param .u64 p_iterations,
            .param .f64 p_a,
            .param .u64 p_x,
            .param .u64 p_y
        )
        .reqntid 128, 1, 1
        {
            .reg .f64 %fd<5>;
            .reg .b64 %rd<6>;
            .reg .b32 %r<4>;
            .reg .pred %p<2>;
            .reg .b64 %i;
            .reg .b64 %iterations;
            .reg .b64 %thread;
            .reg .f64 %a;
            .reg .b64 %x;
            .reg .b64 %y;

            ld.param.u64 %iterations, [p_iterations];
            mov.u32 %r1, %ctaid.x;
            mov.u32 %r2, %ntid.x;
            mov.u32 %r3, %tid.x;
            cvt.u64.u32 %rd1, %r3;
            mul.wide.u32 %thread, %r1, %r2;
            add.s64 %thread, %thread, %rd1;
            ld.param.f64 %a, [p_a];
            ld.param.u64 %x, [p_x];
            cvta.to.global.u64 %x, %x;
            ld.param.u64 %y, [p_y];
            cvta.to.global.u64 %y, %y;
            mov.u64 %i, %thread;
            setp.ge.s64 %p1, %i, %iterations;
            @%p1 bra iterations_done;
            // CUDATests/Programs.swift:8: y[i] += a * x[i]
            shl.b64 %rd2, %i, 3;
            add.s64 %rd3, %x, %rd2;
            ld.global.f64 %fd1, [%rd3];
            mul.rn.f64 %fd2, %a, %fd1;
            shl.b64 %rd4, %i, 3;
            add.s64 %rd5, %y, %rd4;
            ld.global.f64 %fd3, [%rd5];
            add.rn.f64 %fd4, %fd3, %fd2;
            st.global.f64 [%rd5], %fd4;
        iterations_done:
        exit:
            ret;
        }

        """

    static let blockSum =
        """
        // Kernels of `total`, in double precision.
        // Every kernel parameter is a slot of 64 bits. Launches, in order:
        //  clear total, 1 elements
        //  total_blocks_1, k.count iterations in blocks of 32
        //  total_total_2, min(((k.count + 31) / 32), 2048) iterations in blocks of 32
        //  total_serial_3, 1 iterations in blocks of 1
        .version 6.0
        .target sm_60
        .address_size 64

        // Sums over blocks for `sum(k)`.
        //   p_iterations: integer, k.count
        //   p_k: address of `k`, k.count integers
        //   p_block_totals: address of `block_totals`, min(((k.count + 31) / 32), 2048) integers
        .visible .entry total_blocks_1(
            .param .u64 p_iterations,
            .param .u64 p_k,
            .param .u64 p_block_totals
        )
        .reqntid 32, 1, 1
        {
            .reg .b64 %rd<29>;
            .reg .b32 %r<9>;
            .reg .pred %p<8>;
            .reg .b64 %sum;
            .reg .b64 %element;
            .reg .b64 %iterations;
            .reg .b64 %thread;
            .reg .b64 %k;
            .reg .b64 %threads;
            .reg .b64 %block_totals;
            .shared .align 8 .b8 block_sums[256];

            ld.param.u64 %iterations, [p_iterations];
            mov.u32 %r1, %ctaid.x;
            mov.u32 %r2, %ntid.x;
            mov.u32 %r3, %tid.x;
            cvt.u64.u32 %rd1, %r3;
            mul.wide.u32 %thread, %r1, %r2;
            add.s64 %thread, %thread, %rd1;
            ld.param.u64 %k, [p_k];
            cvta.to.global.u64 %k, %k;
            mov.u32 %r4, %nctaid.x;
            mov.u32 %r5, %ntid.x;
            mul.wide.u32 %threads, %r4, %r5;
            ld.param.u64 %block_totals, [p_block_totals];
            cvta.to.global.u64 %block_totals, %block_totals;
            mov.u64 %sum, 0;
            mov.u64 %element, %thread;
        next_iteration:
            setp.ge.s64 %p1, %element, %iterations;
            @%p1 bra iterations_done;
            shl.b64 %rd2, %element, 3;
            add.s64 %rd3, %k, %rd2;
            ld.global.u64 %rd4, [%rd3];
            add.s64 %sum, %sum, %rd4;
            add.s64 %element, %element, %threads;
            bra next_iteration;
        iterations_done:
            mov.u32 %r6, %tid.x;
            cvt.u64.u32 %rd5, %r6;
            mov.u64 %rd6, block_sums;
            shl.b64 %rd7, %rd5, 3;
            add.s64 %rd8, %rd6, %rd7;
            st.shared.u64 [%rd8], %sum;
            bar.sync 0;
            setp.ge.s64 %p2, %rd5, 16;
            @%p2 bra added_1;
            ld.shared.u64 %rd9, [%rd8];
            ld.shared.u64 %rd10, [%rd8+128];
            add.s64 %rd11, %rd9, %rd10;
            st.shared.u64 [%rd8], %rd11;
        added_1:
            bar.sync 0;
            setp.ge.s64 %p3, %rd5, 8;
            @%p3 bra added_2;
            ld.shared.u64 %rd12, [%rd8];
            ld.shared.u64 %rd13, [%rd8+64];
            add.s64 %rd14, %rd12, %rd13;
            st.shared.u64 [%rd8], %rd14;
        added_2:
            bar.sync 0;
            setp.ge.s64 %p4, %rd5, 4;
            @%p4 bra added_3;
            ld.shared.u64 %rd15, [%rd8];
            ld.shared.u64 %rd16, [%rd8+32];
            add.s64 %rd17, %rd15, %rd16;
            st.shared.u64 [%rd8], %rd17;
        added_3:
            bar.sync 0;
            setp.ge.s64 %p5, %rd5, 2;
            @%p5 bra added_4;
            ld.shared.u64 %rd18, [%rd8];
            ld.shared.u64 %rd19, [%rd8+16];
            add.s64 %rd20, %rd18, %rd19;
            st.shared.u64 [%rd8], %rd20;
        added_4:
            bar.sync 0;
            setp.ge.s64 %p6, %rd5, 1;
            @%p6 bra added_5;
            ld.shared.u64 %rd21, [%rd8];
            ld.shared.u64 %rd22, [%rd8+8];
            add.s64 %rd23, %rd21, %rd22;
            st.shared.u64 [%rd8], %rd23;
        added_5:
            bar.sync 0;
            mov.u64 %rd24, block_sums;
            ld.shared.u64 %rd25, [%rd24];
            bar.sync 0;
            mov.u32 %r7, %tid.x;
            setp.ne.u32 %p7, %r7, 0;
            @%p7 bra exit;
            mov.u32 %r8, %ctaid.x;
            cvt.u64.u32 %rd26, %r8;
            shl.b64 %rd27, %rd26, 3;
            add.s64 %rd28, %block_totals, %rd27;
            st.global.u64 [%rd28], %rd25;
        exit:
            ret;
        }

        // The sum over all blocks for `sum(k)`.
        //   p_iterations: integer, min(((k.count + 31) / 32), 2048)
        //   p_block_totals: address of `block_totals`, min(((k.count + 31) / 32), 2048) integers
        //   p_total_memory: address of `total`, 1 integers
        .visible .entry total_total_2(
            .param .u64 p_iterations,
            .param .u64 p_block_totals,
            .param .u64 p_total_memory
        )
        .reqntid 32, 1, 1
        {
            .reg .b64 %rd<26>;
            .reg .b32 %r<8>;
            .reg .pred %p<8>;
            .reg .b64 %sum;
            .reg .b64 %element;
            .reg .b64 %iterations;
            .reg .b64 %thread;
            .reg .b64 %block_totals;
            .reg .b64 %threads;
            .reg .b64 %total_memory;
            .shared .align 8 .b8 block_sums[256];

            ld.param.u64 %iterations, [p_iterations];
            mov.u32 %r1, %ctaid.x;
            mov.u32 %r2, %ntid.x;
            mov.u32 %r3, %tid.x;
            cvt.u64.u32 %rd1, %r3;
            mul.wide.u32 %thread, %r1, %r2;
            add.s64 %thread, %thread, %rd1;
            ld.param.u64 %block_totals, [p_block_totals];
            cvta.to.global.u64 %block_totals, %block_totals;
            mov.u32 %r4, %nctaid.x;
            mov.u32 %r5, %ntid.x;
            mul.wide.u32 %threads, %r4, %r5;
            ld.param.u64 %total_memory, [p_total_memory];
            cvta.to.global.u64 %total_memory, %total_memory;
            mov.u64 %sum, 0;
            mov.u64 %element, %thread;
        next_iteration:
            setp.ge.s64 %p1, %element, %iterations;
            @%p1 bra iterations_done;
            shl.b64 %rd2, %element, 3;
            add.s64 %rd3, %block_totals, %rd2;
            ld.global.u64 %rd4, [%rd3];
            add.s64 %sum, %sum, %rd4;
            add.s64 %element, %element, %threads;
            bra next_iteration;
        iterations_done:
            mov.u32 %r6, %tid.x;
            cvt.u64.u32 %rd5, %r6;
            mov.u64 %rd6, block_sums;
            shl.b64 %rd7, %rd5, 3;
            add.s64 %rd8, %rd6, %rd7;
            st.shared.u64 [%rd8], %sum;
            bar.sync 0;
            setp.ge.s64 %p2, %rd5, 16;
            @%p2 bra added_1;
            ld.shared.u64 %rd9, [%rd8];
            ld.shared.u64 %rd10, [%rd8+128];
            add.s64 %rd11, %rd9, %rd10;
            st.shared.u64 [%rd8], %rd11;
        added_1:
            bar.sync 0;
            setp.ge.s64 %p3, %rd5, 8;
            @%p3 bra added_2;
            ld.shared.u64 %rd12, [%rd8];
            ld.shared.u64 %rd13, [%rd8+64];
            add.s64 %rd14, %rd12, %rd13;
            st.shared.u64 [%rd8], %rd14;
        added_2:
            bar.sync 0;
            setp.ge.s64 %p4, %rd5, 4;
            @%p4 bra added_3;
            ld.shared.u64 %rd15, [%rd8];
            ld.shared.u64 %rd16, [%rd8+32];
            add.s64 %rd17, %rd15, %rd16;
            st.shared.u64 [%rd8], %rd17;
        added_3:
            bar.sync 0;
            setp.ge.s64 %p5, %rd5, 2;
            @%p5 bra added_4;
            ld.shared.u64 %rd18, [%rd8];
            ld.shared.u64 %rd19, [%rd8+16];
            add.s64 %rd20, %rd18, %rd19;
            st.shared.u64 [%rd8], %rd20;
        added_4:
            bar.sync 0;
            setp.ge.s64 %p6, %rd5, 1;
            @%p6 bra added_5;
            ld.shared.u64 %rd21, [%rd8];
            ld.shared.u64 %rd22, [%rd8+8];
            add.s64 %rd23, %rd21, %rd22;
            st.shared.u64 [%rd8], %rd23;
        added_5:
            bar.sync 0;
            mov.u64 %rd24, block_sums;
            ld.shared.u64 %rd25, [%rd24];
            bar.sync 0;
            mov.u32 %r7, %tid.x;
            setp.ne.u32 %p7, %r7, 0;
            @%p7 bra exit;
            st.global.u64 [%total_memory], %rd25;
        exit:
            ret;
        }

        // One thread.
        //   p_total: address of `total`, 1 integers
        //   p_y: address of `y`, 1 reals
        .visible .entry total_serial_3(
            .param .u64 p_total,
            .param .u64 p_y
        )
        .reqntid 1, 1, 1
        {
            .reg .f64 %fd<5>;
            .reg .b64 %rd<2>;
            .reg .b64 %total;
            .reg .b64 %y;

            ld.param.u64 %total, [p_total];
            cvta.to.global.u64 %total, %total;
            ld.param.u64 %y, [p_y];
            cvta.to.global.u64 %y, %y;
            // CUDATests/Programs.swift:13: y += total * 0.5
            ld.global.u64 %rd1, [%total];
            cvt.rn.f64.s64 %fd1, %rd1;
            mul.rn.f64 %fd2, %fd1, 0d3FE0000000000000;
            ld.global.f64 %fd3, [%y];
            add.rn.f64 %fd4, %fd3, %fd2;
            st.global.f64 [%y], %fd4;
        exit:
            ret;
        }

        """
}
