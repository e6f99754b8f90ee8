"""Time over memory of a gradient through many steps, with each way to get old values back, and of JAX beside it.

    swift run -c release reversible-bench --filter 'memory of undoing' --format csv > rows.csv
    python Benchmarks/memory_of_undoing.py rows.csv memory-of-undoing.svg

Needs JAX (pip install jax); without it, the picture is of the rows alone. The program is the chain of
Problems/UndoingMemory.swift: 64 particles in 10^3 to 10^6 steps, in double precision, on one thread. JAX repeats the step
by lax.scan; with jax.checkpoint it does so by sqrt(n) scans of sqrt(n) steps, of which only the starts are kept. Its
memory is what XLA says of its buffers, which agrees with what the process grows by where that can be told.
"""

import csv
import math
import os
import subprocess
import sys
import time

COUNTS = [1000, 10_000, 100_000, 1_000_000]
WAYS = [
    ("inverse", ".inverse", "#2f7fd6", ""), ("checkpoints(10)", ".checkpoints(10)", "#1a7f37", ""),
    ("checkpoints(1000)", ".checkpoints(1000)", "#8f7a00", ""), ("recorded", ".recorded", "#d4702a", ""), ("scan", "JAX", "#6e7781", "5 3"),
    ("checkpoint", "JAX, jax.checkpoint", "#8250df", "5 3"),
]


def measure(way, steps):
    """Bytes of XLA's buffers, bytes that the process grew by, and the fastest run's seconds."""
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def step(state, _):
        u, v = state
        r = u[1:] - u[:-1]
        force = r + 0.1 * r * r * r
        v = v.at[1:-1].add(0.01 * (force[1:] - force[:-1]))
        return (u.at[1:-1].add(0.01 * v[1:-1]), v), None

    def loss(u, v):
        if way == "scan":
            state, _ = jax.lax.scan(step, (u, v), None, length=steps)
        else:
            inner = 2 ** round(math.log2(math.sqrt(steps)))
            outer, rest = divmod(steps, inner)
            part = jax.checkpoint(lambda s, _: jax.lax.scan(step, s, None, length=inner))
            state, _ = jax.lax.scan(part, (u, v), None, length=outer)
            state, _ = jax.lax.scan(step, state, None, length=rest)
        return jnp.sum(state[0] ** 2) / 2

    u = jnp.sin(0.3 * jnp.arange(64.0))
    arguments = (u, jnp.zeros(64))
    run = jax.jit(jax.grad(loss)).lower(*arguments).compile()
    before = restart_peak()
    began = time.perf_counter()
    found = run(*arguments).block_until_ready()
    fastest = time.perf_counter() - began
    grown = status("VmHWM") - before
    assert bool(jnp.isfinite(found).all())
    total = fastest
    while total < 0.5:
        began = time.perf_counter()
        run(*arguments).block_until_ready()
        seconds = time.perf_counter() - began
        fastest = min(fastest, seconds)
        total += seconds
    print(run.memory_analysis().temp_size_in_bytes, grown, fastest, float(found[5]))


def status(name):
    with open("/proc/self/status") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith(name))


def restart_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    return status("VmRSS")


def jax_points():
    points = {}
    for way in ["scan", "checkpoint"]:
        for steps in COUNTS:
            result = subprocess.run(
                [sys.executable, __file__, "--probe", way, str(steps)], capture_output=True, text=True)
            if result.returncode:
                print(f"JAX, {way}, {steps} steps: none ({result.stderr.strip().splitlines()[-1:]})")
                continue
            size, grown, seconds, slope = (float(word) for word in result.stdout.split())
            print(f"JAX, {way}, {steps} steps: {size:.3g} B (process {grown:.3g} B), {seconds:.3g} s, {slope!r}")
            points.setdefault(way, []).append((steps, size, seconds))
    return points


def own_points(file):
    """The bench's rows: `checkpoints, memory of 1000 steps`."""
    found = {}
    for row in csv.DictReader(open(file)):
        if row["problem"] != "memory of undoing":
            continue
        way, rest = row["quantity"].split(", ")
        what, _, steps, _ = rest.split()
        found.setdefault((way, int(steps)), {})[what] = float(row["value"])
    points = {}
    for (way, steps), both in sorted(found.items()):
        points.setdefault(way, []).append((steps, both["memory"], both["time"]))
    return points


def picture(points):
    least, most = 1e5, 1e10
    left, right, top, bottom = 70, 460, 20, 290
    fastest, slowest = 1e-4, 1e2

    def x(size):
        return left + (right - left) * math.log(max(size, least) / least) / math.log(most / least)

    def y(seconds):
        return bottom - (bottom - top) * math.log(seconds / fastest) / math.log(slowest / fastest)

    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="340" viewBox="0 0 640 340" '
        'font-family="Helvetica, Arial, sans-serif" font-size="12">',
        '<rect width="640" height="340" fill="white"/>',
    ]
    for power, label in [(-4, "0.1 ms"), (-3, "1 ms"), (-2, "10 ms"), (-1, "0.1 s"), (0, "1 s"), (1, "10 s"), (2, "100 s")]:
        at = y(10.0**power)
        lines.append(
            f'<line x1="{left}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>'
            f'<text x="{left - 6}" y="{at + 4:.1f}" text-anchor="end" fill="#333">{label}</text>')
    for power, label in [(5, "0.1 MB or less"), (6, "1 MB"), (7, "10 MB"), (8, "100 MB"), (9, "1 GB"), (10, "10 GB")]:
        at = x(10.0**power)
        lines.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{bottom}" stroke="#eee"/>'
            f'<text x="{at:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#333">{label}</text>')
    lines.append(
        f'<text x="{(left + right) / 2:.1f}" y="{bottom + 38}" text-anchor="middle" fill="#333">'
        'memory of one gradient; dots: 1,000, 10,000, 100,000, 1,000,000 steps</text>')
    for row, (way, label, color, dashes) in enumerate(WAYS):
        if way not in points:
            continue
        places = [(x(size), y(seconds)) for _, size, seconds in points[way]]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        stroke = f' stroke-dasharray="{dashes}"' if dashes else ""
        lines.append(f'<polyline fill="none" stroke="{color}" stroke-width="2"{stroke} points="{path}"/>')
        lines += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{color}"/>' for a, b in places]
        at = top + 16 + 20 * row
        lines.append(
            f'<line x1="474" x2="498" y1="{at - 4}" y2="{at - 4}" stroke="{color}" stroke-width="2"{stroke}/>'
            f'<text x="504" y="{at}" fill="#333">{label}</text>')
    return "\n".join(lines + ["</svg>"]) + "\n"


if __name__ == "__main__":
    if sys.argv[1] == "--probe":
        measure(sys.argv[2], int(sys.argv[3]))
    else:
        rows, file = sys.argv[1:]
        points = {**own_points(rows), **jax_points()}
        with open(file, "w") as output:
            output.write(picture(points))
