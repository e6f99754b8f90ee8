extension Golden {
    /// Rows that warps fetch and store together.
    static let fourColumns =
        """
        // Kernels of `four`, in double precision.
        // Every kernel parameter is a slot of 64 bits. Launches, in order:
        //  four_loop_1, x.count iterations in blocks of 32
        .version 6.0
        .target sm_60
        .address_size 64

        // A thread for every iteration of `ParallelFor(0..<x.count) { i in ... }`.
        //   p_rows: address of `rows`, (rows.rows * rows.columns) reals
        //   p_iterations: integer, x.count
        //   p_rows_columns: integer, rows.columns
        //   p_x: address of `x`, x.count reals
        .visible .entry four_loop_1(
            .param .u64 p_rows,
            .param .u64 p_iterations,
            .param .u64 p_rows_columns,
            .param .u64 p_x
        )
        .reqntid 32, 1, 1
        {
            .reg .f64 %fd<21>;
            .reg .b64 %rd<41>;
            .reg .b32 %r<25>;
            .reg .pred %p<10>;
            .reg .b64 %rows;
            .reg .b64 %own_rows;
            .reg .b64 %thread_in_block;
            .reg .b64 %i;
            .reg .b64 %iterations;
            .reg .b64 %thread;
            .reg .b64 %rows_columns;
            .reg .b64 %x;
            .shared .align 8 .b8 staged_rows_1[1280];

            ld.param.u64 %rows, [p_rows];
            cvta.to.global.u64 %rows, %rows;
            mov.u32 %r1, %tid.x;
            cvt.u64.u32 %thread_in_block, %r1;
            mov.u64 %rd1, staged_rows_1;
            mad.lo.s64 %own_rows, %thread_in_block, 40, %rd1;
            ld.param.u64 %iterations, [p_iterations];
            mov.u32 %r2, %ctaid.x;
            mov.u32 %r3, %ntid.x;
            mov.u32 %r4, %tid.x;
            cvt.u64.u32 %rd2, %r4;
            mul.wide.u32 %thread, %r2, %r3;
            add.s64 %thread, %thread, %rd2;
            ld.param.u64 %rows_columns, [p_rows_columns];
            ld.param.u64 %x, [p_x];
            cvta.to.global.u64 %x, %x;
            mov.u64 %i, %thread;
            // each warp fetches the rows of rows that its iterations have
            mov.u32 %r5, %tid.x;
            and.b32 %r6, %r5, 31;
            rem.u32 %r7, %r6, 4;
            div.u32 %r8, %r6, 4;
            cvt.u64.u32 %rd3, %r6;
            sub.s64 %rd4, %iterations, %i;
            add.s64 %rd5, %rd4, %rd3;
            min.s64 %rd6, %rd5, 32;
            max.s64 %rd7, %rd6, 0;
            cvt.u32.u64 %r9, %rd7;
            sub.s32 %r10, %r9, %r8;
            cvt.u64.u32 %rd8, %r6;
            sub.s64 %rd9, %i, %rd8;
            cvt.u64.u32 %rd10, %r8;
            add.s64 %rd11, %rd9, %rd10;
            cvt.u64.u32 %rd12, %r7;
            mad.lo.s64 %rd13, %rd11, %rows_columns, 0;
            add.s64 %rd14, %rd13, %rd12;
            shl.b64 %rd15, %rd14, 3;
            add.s64 %rd16, %rows, %rd15;
            mul.lo.s64 %rd17, %rows_columns, 64;
            sub.s32 %r11, %r5, %r6;
            add.s32 %r12, %r11, %r8;
            mul.lo.s32 %r13, %r12, 5;
            add.s32 %r14, %r13, %r7;
            mul.wide.u32 %rd18, %r14, 8;
            mov.u64 %rd19, staged_rows_1;
            add.s64 %rd20, %rd19, %rd18;
            setp.gt.s32 %p1, %r10, 0;
            @%p1 ld.global.f64 %fd1, [%rd16];
            add.s64 %rd16, %rd16, %rd17;
            setp.gt.s32 %p2, %r10, 8;
            @%p2 ld.global.f64 %fd2, [%rd16];
            add.s64 %rd16, %rd16, %rd17;
            setp.gt.s32 %p3, %r10, 16;
            @%p3 ld.global.f64 %fd3, [%rd16];
            add.s64 %rd16, %rd16, %rd17;
            setp.gt.s32 %p4, %r10, 24;
            @%p4 ld.global.f64 %fd4, [%rd16];
            add.s64 %rd16, %rd16, %rd17;
            @%p1 st.shared.f64 [%rd20+0], %fd1;
            @%p2 st.shared.f64 [%rd20+320], %fd2;
            @%p3 st.shared.f64 [%rd20+640], %fd3;
            @%p4 st.shared.f64 [%rd20+960], %fd4;
            bar.sync 0;
            setp.ge.s64 %p5, %i, %iterations;
            @%p5 bra iteration_taken;
            // CUDATests/RowPrograms.swift:8: rows[i, 0] += x[i]
            shl.b64 %rd21, %i, 3;
            add.s64 %rd22, %x, %rd21;
            ld.global.f64 %fd5, [%rd22];
            ld.shared.f64 %fd6, [%own_rows+0];
            add.rn.f64 %fd7, %fd6, %fd5;
            st.shared.f64 [%own_rows+0], %fd7;
            // rows[i, 1] += x[i] * 2.0
            mul.rn.f64 %fd8, %fd5, 0d4000000000000000;
            ld.shared.f64 %fd9, [%own_rows+8];
            add.rn.f64 %fd10, %fd9, %fd8;
            st.shared.f64 [%own_rows+8], %fd10;
            // rows[i, 2] += x[i] * 3.0
            mul.rn.f64 %fd11, %fd5, 0d4008000000000000;
            ld.shared.f64 %fd12, [%own_rows+16];
            add.rn.f64 %fd13, %fd12, %fd11;
            st.shared.f64 [%own_rows+16], %fd13;
            // rows[i, 3] += x[i] * 4.0
            mul.rn.f64 %fd14, %fd5, 0d4010000000000000;
            ld.shared.f64 %fd15, [%own_rows+24];
            add.rn.f64 %fd16, %fd15, %fd14;
            st.shared.f64 [%own_rows+24], %fd16;
        iteration_taken:
            bar.sync 0;
            // each warp stores the rows of rows that its iterations have
            mov.u32 %r15, %tid.x;
            and.b32 %r16, %r15, 31;
            rem.u32 %r17, %r16, 4;
            div.u32 %r18, %r16, 4;
            cvt.u64.u32 %rd23, %r16;
            sub.s64 %rd24, %iterations, %i;
            add.s64 %rd25, %rd24, %rd23;
            min.s64 %rd26, %rd25, 32;
            max.s64 %rd27, %rd26, 0;
            cvt.u32.u64 %r19, %rd27;
            sub.s32 %r20, %r19, %r18;
            cvt.u64.u32 %rd28, %r16;
            sub.s64 %rd29, %i, %rd28;
            cvt.u64.u32 %rd30, %r18;
            add.s64 %rd31, %rd29, %rd30;
            cvt.u64.u32 %rd32, %r17;
            mad.lo.s64 %rd33, %rd31, %rows_columns, 0;
            add.s64 %rd34, %rd33, %rd32;
            shl.b64 %rd35, %rd34, 3;
            add.s64 %rd36, %rows, %rd35;
            mul.lo.s64 %rd37, %rows_columns, 64;
            sub.s32 %r21, %r15, %r16;
            add.s32 %r22, %r21, %r18;
            mul.lo.s32 %r23, %r22, 5;
            add.s32 %r24, %r23, %r17;
            mul.wide.u32 %rd38, %r24, 8;
            mov.u64 %rd39, staged_rows_1;
            add.s64 %rd40, %rd39, %rd38;
            setp.gt.s32 %p6, %r20, 0;
            @%p6 ld.shared.f64 %fd17, [%rd40+0];
            setp.gt.s32 %p7, %r20, 8;
            @%p7 ld.shared.f64 %fd18, [%rd40+320];
            setp.gt.s32 %p8, %r20, 16;
            @%p8 ld.shared.f64 %fd19, [%rd40+640];
            setp.gt.s32 %p9, %r20, 24;
            @%p9 ld.shared.f64 %fd20, [%rd40+960];
            @%p6 st.global.f64 [%rd36], %fd17;
            add.s64 %rd36, %rd36, %rd37;
            @%p7 st.global.f64 [%rd36], %fd18;
            add.s64 %rd36, %rd36, %rd37;
            @%p8 st.global.f64 [%rd36], %fd19;
            add.s64 %rd36, %rd36, %rd37;
            @%p9 st.global.f64 [%rd36], %fd20;
            add.s64 %rd36, %rd36, %rd37;
        exit:
            ret;
        }

        """
}
