"""Answers what programs compute, and their derivatives: JSON lines in, JSON lines out.

A request holds a program as Python source, and inputs. It is run on
- `Num` over `Float64`: double precision, which takes the decisions;
- `Num` over `Exact`: mpmath with 50 digits, which repeats them: the answer;
- `Num` over `Noisy`: double precision with random rounding, which tells how far rounding may move it;
- if asked, plain NumPy (values) and JAX (value, gradient, products), to check the answers themselves.

Derivatives are those of a tape: adjoints over duals. At corners they are what the language's documents say, and a
cotangent or tangent of 0 stays 0 whatever it is multiplied by.
"""

import functools
import json
import math
import random
import sys
import warnings

import mpmath
import numpy as np
import scipy.special as special

mp = mpmath.mp
mp.dps = 50
sys.setrecursionlimit(20_000)
warnings.filterwarnings("ignore")
np.seterr(all="ignore")


class Refused(Exception):
    """The program has no result, for a documented reason."""


class Incomparable(Exception):
    """A library is known to be wrong here."""


class Vec(list):
    """A row of numbers: indices are checked, operations go by elements."""

    # NumPy's numbers leave operations with rows to these.
    __array_ufunc__ = None

    def __getitem__(self, i):
        if isinstance(i, int) and not 0 <= i < len(self):
            raise Refused("indexOutOfRange")
        return list.__getitem__(self, i)

    def __setitem__(self, i, value):
        if not 0 <= i < len(self):
            raise Refused("indexOutOfRange")
        list.__setitem__(self, i, value)

    def copy(self):
        return Vec(self)

    def elements(self):
        return list(self)

    def like(self, values):
        return Vec(values)

    def shape(self):
        return (len(self),)

    def __add__(self, b):
        return each(lambda x, y: x + y, self, b)

    def __radd__(self, a):
        return each(lambda x, y: x + y, a, self)

    def __sub__(self, b):
        return each(lambda x, y: x - y, self, b)

    def __rsub__(self, a):
        return each(lambda x, y: x - y, a, self)

    def __mul__(self, b):
        return each(lambda x, y: x * y, self, b)

    def __rmul__(self, a):
        return each(lambda x, y: x * y, a, self)

    def __xor__(self, b):
        return each(lambda x, y: x ^ y, self, b)

    def __neg__(self):
        return self.like([-x for x in self.elements()])


class Mat(Vec):
    """A table: its elements row after row."""

    def __init__(self, rows, columns, values):
        list.__init__(self, values)
        self.rows, self.columns = rows, columns

    def place(self, index):
        i, j = index
        if not (0 <= i < self.rows and 0 <= j < self.columns):
            raise Refused("indexOutOfRange")
        return i * self.columns + j

    def __getitem__(self, index):
        return list.__getitem__(self, self.place(index))

    def __setitem__(self, index, value):
        list.__setitem__(self, self.place(index), value)

    def copy(self):
        return Mat(self.rows, self.columns, list(self))

    def like(self, values):
        return Mat(self.rows, self.columns, values)

    def shape(self):
        return (self.rows, self.columns)


def each(operation, a, b):
    if isinstance(a, Vec) and isinstance(b, Vec):
        if a.shape() != b.shape():
            raise Refused("lengthMismatch")
        return a.like([operation(x, y) for x, y in zip(a.elements(), b.elements())])
    if isinstance(a, Vec):
        return a.like([operation(x, b) for x in a.elements()])
    return b.like([operation(a, y) for y in b.elements()])


# MARK: Numbers of a tape


def times(factor, seed):
    """The product with a tangent or cotangent, which stays 0 if it is 0."""
    return factor * seed if seed else seed


def polygamma(order, x):
    """The derivatives of digamma, by reflection below 0: SciPy's takes a step for every integer up to there."""
    if not x < 0:
        return float(special.polygamma(order, x))
    angle = math.pi * (x - round(x)) if math.isfinite(x) else math.nan
    s, c = math.sin(angle), math.cos(angle)
    if s == 0:
        return math.inf
    if order == 1:
        return (math.pi / s) ** 2 - float(special.polygamma(1, 1 - x))
    return -2 * (math.pi / s) ** 3 * c + float(special.polygamma(2, 1 - x))


class Float64:
    name = "float"

    @staticmethod
    def number(x):
        return float(x)

    unary = {
        "sqrt": np.sqrt, "cbrt": np.cbrt, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log,
        "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan,
        "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh,
        "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "erf": special.erf,
        "erfc": special.erfc, "lgamma": special.gammaln,
        # Two-sided poles are no numbers; SciPy tells the sides of 0 apart.
        "digamma": lambda x: special.digamma(x) if x else math.nan,
        "trigamma": lambda x: polygamma(1, x), "tetragamma": lambda x: polygamma(2, x),
    }
    atan2, hypot, power = np.arctan2, np.hypot, np.power
    pi, ln2, ln10 = math.pi, math.log(2), math.log(10)

    def call(self, name, x):
        return float(self.unary[name](x))

    def div(self, x, y):
        return float(np.divide(x, y))

    def pow(self, x, y):
        return float(np.power(x, y))

    def two(self, name, x, y):
        return float((np.arctan2 if name == "atan2" else np.hypot)(x, y))

    def rounded(self, x):
        return x


class Noisy(Float64):
    name = "noisy"

    def __init__(self, seed):
        self.random = random.Random(seed)

    def rounded(self, x):
        return x * (1 + self.random.uniform(-4, 4) * 2.0**-53)

    def call(self, name, x):
        return self.rounded(Float64.call(self, name, x))

    def div(self, x, y):
        return self.rounded(Float64.div(self, x, y))

    def pow(self, x, y):
        return self.rounded(Float64.pow(self, x, y))


class Shaken(Noisy):
    """Elementary functions as other libraries round them; arithmetic is the same everywhere."""

    name = "shaken"

    def rounded(self, x):
        return x

    def call(self, name, x):
        y = Float64.call(self, name, x)
        return y if name == "sqrt" else Noisy.rounded(self, y)

    def pow(self, x, y):
        return Noisy.rounded(self, Float64.pow(self, x, y))

    def two(self, name, x, y):
        return Noisy.rounded(self, Float64.two(self, name, x, y))


class Undone(Noisy):
    """Places hold what undoing may give back: off by a rounding of the largest number they held."""

    name = "undone"

    def __init__(self, seed, tape, loss=2.0**-52):
        Noisy.__init__(self, seed)
        self.loss = loss
        # What only moves comes back exactly.
        self.peaks = {name: tape.peaks.get(name, 0.0) for name in tape.changed}

    def moved(self, name, x):
        return x + self.random.uniform(-1, 1) * self.loss * self.peaks.get(name, 0.0)


class Vanished(Undone):
    """Numbers of a place that a loss cannot tell from 0 come back as 0.

    Other draws do not hit that, and a slope may have its pole there.
    """

    def __init__(self, tape, loss, names):
        Undone.__init__(self, 0, tape, loss)
        self.peaks = {name: peak for name, peak in self.peaks.items() if name in names}

    def moved(self, name, x):
        return self.number(0) if abs(x) <= self.loss * self.peaks.get(name, 0.0) else x


class Exact(Float64):
    name = "exact"
    fallback = Float64()

    @staticmethod
    def number(x):
        return mpmath.mpf(x)

    unary = {
        "sqrt": mp.sqrt, "cbrt": lambda x: -mp.cbrt(-x) if x < 0 else mp.cbrt(x), "exp": mp.exp,
        "exp2": lambda x: mp.power(2, x), "expm1": mp.expm1, "log": mp.log, "log2": lambda x: mp.log(x, 2),
        "log10": mp.log10, "log1p": lambda x: mp.log1p(x) if x > -1 else mp.log(1 + x), "sin": mp.sin,
        "cos": mp.cos, "tan": mp.tan, "asin": mp.asin,
        "acos": mp.acos, "atan": mp.atan, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
        "asinh": mp.asinh, "acosh": mp.acosh, "atanh": mp.atanh, "erf": mp.erf, "erfc": mp.erfc,
        "lgamma": lambda x: mp.loggamma(x) if x > 0 else mp.log(abs(mp.gamma(x))),
        "digamma": lambda x: mp.psi(0, x), "trigamma": lambda x: mp.psi(1, x),
        "tetragamma": lambda x: mp.psi(2, x),
    }
    pi, ln2, ln10 = mp.pi, mp.log(2), mp.log(10)

    @staticmethod
    def real(x):
        if isinstance(x, mpmath.mpc):
            return x.real if x.imag == 0 else mpmath.mpf("nan")
        return x

    def otherwise(self, function, *arguments):
        return mpmath.mpf(function(*[float(x) for x in arguments]))

    def call(self, name, x):
        # Large arguments need digits before the point.
        if not mpmath.isfinite(x) or abs(x) > 1e15:
            return self.otherwise(self.fallback.unary[name], x)
        try:
            return self.real(self.unary[name](x))
        except (ZeroDivisionError, ValueError, OverflowError, mpmath.libmp.NoConvergence):
            return self.otherwise(self.fallback.unary[name], x)

    def div(self, x, y):
        try:
            return x / y
        except ZeroDivisionError:
            return self.otherwise(np.divide, x, y)

    def pow(self, x, y):
        if not (mpmath.isfinite(x) and mpmath.isfinite(y)) or abs(y) > 1e15:
            return self.otherwise(np.power, x, y)
        try:
            return self.real(mp.power(x, y))
        except (ZeroDivisionError, ValueError, OverflowError):
            return self.otherwise(np.power, x, y)

    def two(self, name, x, y):
        if name == "hypot":
            return mp.hypot(x, y)
        if not (mpmath.isfinite(x) and mpmath.isfinite(y)):
            return self.otherwise(np.arctan2, x, y)
        return mp.atan2(x, y)


def derivatives(B, name, x, y):
    """The first and second derivative of a function of one number at x, where its value is y."""
    f = lambda n: B.call(n, x)
    inverse = lambda z: B.div(1, z)
    if name in ("sqrt", "cbrt") and x == 0:
        return 0, 0
    if name == "sqrt":
        return B.div(1, 2 * y), B.div(-1, 4 * y * x)
    if name == "cbrt":
        return B.div(1, 3 * y * y), B.div(-2, 9 * y * y * x)
    if name == "exp":
        return y, y
    if name == "exp2":
        return y * B.ln2, y * B.ln2 * B.ln2
    if name == "expm1":
        return f("exp"), f("exp")
    if name in ("log", "log2", "log10"):
        c = {"log": 1, "log2": B.ln2, "log10": B.ln10}[name]
        return inverse(x * c), -inverse(x * x * c)
    if name == "log1p":
        return inverse(1 + x), -inverse((1 + x) * (1 + x))
    if name == "sin":
        return f("cos"), -y
    if name == "cos":
        return -f("sin"), -y
    if name == "tan":
        return 1 + y * y, 2 * y * (1 + y * y)
    if name in ("asin", "acos"):
        s = inverse(B.call("sqrt", (1 - x) * (1 + x)))
        sign = 1 if name == "asin" else -1
        return sign * s, sign * times(s * s * s, x)
    if name == "atan":
        d = inverse(1 + x * x)
        return d, -2 * x * d * d
    if name == "sinh":
        return f("cosh"), y
    if name == "cosh":
        return f("sinh"), y
    if name == "tanh":
        d = inverse(f("cosh")) * inverse(f("cosh"))
        return d, -2 * y * d
    if name == "asinh":
        s = inverse(B.call("sqrt", 1 + x * x))
        return s, -x * s * s * s
    if name == "acosh":
        s = inverse(B.call("sqrt", (x - 1) * (x + 1)))
        return s, -x * s * s * s
    if name == "atanh":
        d = inverse((1 - x) * (1 + x))
        return d, 2 * times(d * d, x)
    if name in ("erf", "erfc"):
        sign = 1 if name == "erf" else -1
        d = sign * 2 * B.call("exp", -x * x) * inverse(B.call("sqrt", B.number(B.pi)))
        return d, -2 * x * d
    if name == "lgamma":
        return f("digamma"), f("trigamma")
    if name == "digamma":
        return f("trigamma"), f("tetragamma")
    raise KeyError(name)


# Programs of more operations take minutes in Python, and gigabytes: nothing is known of them.
LONGEST = 100_000


class Tape:
    """What a run records: decisions, and for every number its parents with partial derivatives."""

    def __init__(self, backend, decisions=None, records=True):
        self.B = backend
        # Whether derivatives are asked for.
        self.records = records
        self.replays = decisions is not None
        self.decisions = decisions if self.replays else []
        self.next = 0
        self.nodes = []
        self.steps = 0
        self.flags = set()
        # The largest number that places of a name held.
        self.peaks = {}
        # The smallest that was not 0.
        self.least = {}
        self.changed = set()
        self.largest = {"gradient": 1.0, "product": 1.0}
        # The largest tangent that a place had.
        self.steepest = 1.0

    def decide(self, choice):
        if self.replays:
            choice = self.decisions[self.next]
            self.next += 1
        else:
            self.decisions.append(choice)
        return choice

    def input(self, value, tangent):
        self.nodes.append(())
        return Num(self, self.B.number(value), self.B.number(tangent), len(self.nodes) - 1, False)

    def constant(self, value):
        return Num(self, self.B.number(value), 0, -1, False)

    def node(self, value, tangent, parents, taint):
        self.steps += 1
        if self.steps > LONGEST:
            raise Refused("tooLong")
        live = [p for p in parents if p[0] >= 0] if self.records else ()
        if not live:
            return Num(self, value, tangent, -1, taint)
        self.nodes.append(live)
        return Num(self, value, tangent, len(self.nodes) - 1, taint)

    def note(self, part, x):
        """The largest number on the way to a part of the answer."""
        if math.isfinite(x) and abs(x) > self.largest[part]:
            self.largest[part] = abs(x)

    def reverse(self, output, count):
        """Adjoints of the first `count` numbers, and their derivatives in the direction."""
        first, second = [0] * len(self.nodes), [0] * len(self.nodes)
        if output.i >= 0:
            first[output.i] = self.B.number(1)
            self.largest = {"gradient": 1.0, "product": 1.0}
        for i in range(output.i, -1, -1):
            a, b = first[i], second[i]
            if not a and not b:
                continue
            if self.B.name == "float":
                self.note("gradient", a)
                self.note("product", b)
            for parent, partial, slope in self.nodes[i]:
                first[parent] += times(partial, a)
                second[parent] += times(partial, b) + times(slope, a)
        return first[:count], second[:count]


class Num:
    __slots__ = ("tape", "v", "t", "i", "taint")

    def __init__(self, tape, v, t, i, taint):
        self.tape, self.v, self.t, self.i, self.taint = tape, v, t, i, taint

    def other(self, x):
        return x if isinstance(x, Num) else self.tape.constant(x)

    def binary(self, y, v, dx, dy, dxx=0, dxy=0, dyy=0, taint=False):
        x, tape = self, self.tape
        if not tape.records:
            return Num(tape, tape.B.rounded(v), 0, -1, taint or x.taint or y.taint)
        t = times(dx, x.t) + times(dy, y.t)
        return tape.node(
            tape.B.rounded(v), t,
            ((x.i, dx, times(dxx, x.t) + times(dxy, y.t)), (y.i, dy, times(dxy, x.t) + times(dyy, y.t))),
            taint or x.taint or y.taint)

    def __add__(self, y):
        if isinstance(y, Vec):
            return NotImplemented
        y = self.other(y)
        return self.binary(y, self.v + y.v, 1, 1)

    def __radd__(self, x):
        return self.other(x) + self

    def __sub__(self, y):
        if isinstance(y, Vec):
            return NotImplemented
        y = self.other(y)
        return self.binary(y, self.v - y.v, 1, -1)

    def __rsub__(self, x):
        return self.other(x) - self

    def __mul__(self, y):
        if isinstance(y, Vec):
            return NotImplemented
        y = self.other(y)
        return self.binary(y, self.v * y.v, y.v, self.v, 0, 1, 0)

    def __rmul__(self, x):
        return self.other(x) * self

    def __neg__(self):
        return self.tape.node(-self.v, -self.t, ((self.i, -1, 0),), self.taint)

    def compare(self, y, relation):
        y = self.other(y)
        x, tape = self, self.tape
        if x.v != x.v or y.v != y.v:
            if tape.replays:
                return tape.decide(False)
            raise Refused("nanInCondition")
        tape.near(x, y)
        return tape.decide(relation(x.v, y.v))

    def __lt__(self, y):
        return self.compare(y, lambda a, b: a < b)

    def __le__(self, y):
        return self.compare(y, lambda a, b: a <= b)

    def __gt__(self, y):
        return self.compare(y, lambda a, b: a > b)

    def __ge__(self, y):
        return self.compare(y, lambda a, b: a >= b)

    def __eq__(self, y):
        return self.compare(y, lambda a, b: a == b)

    def __ne__(self, y):
        return self.compare(y, lambda a, b: a != b)

    __hash__ = None


def near(self, x, y):
    """Notes a decision that another rounding of an elementary function may change."""
    if self.B.name != "exact" or not (x.taint or y.taint):
        return
    distance = abs(x.v - y.v)
    # At 50 digits what is rounded elsewhere may meet exactly, but zeros are zeros everywhere.
    if x.v == y.v == 0:
        return
    if distance < 1e-9 * (abs(x.v) + abs(y.v) + mpmath.mpf(1e-6)):
        self.flags.add("borderline")


Tape.near = near


class Common:
    """What does not depend on the numbers."""

    Vec = Vec

    def range(self, start, end, step, closed, backward):
        if step == 0:
            raise Refused("zeroStep")
        if closed:
            end += 1 if step > 0 else -1
        indices = range(start, end, step)
        return reversed(indices) if backward else indices

    def int(self, x):
        if isinstance(x, Vec):
            for e in x:
                self.int(e)
        elif not -(2**63) <= x < 2**63:
            raise Refused("integerOverflow")
        return x

    def rem(self, a, b):
        if isinstance(a, Vec) or isinstance(b, Vec):
            return each(self.rem, a, b)
        if b == 0:
            raise Refused("divisionByZero")
        return int(math.copysign(1, a)) * (abs(a) % abs(b)) if a else 0

    def quotient(self, a, b):
        if b == 0:
            raise Refused("divisionByZero")
        q = abs(a) // abs(b)
        return self.int(q if (a < 0) == (b < 0) else -q)

    def div(self, a, b):
        if isinstance(a, Vec) or isinstance(b, Vec):
            return each(self.div, a, b)
        if isinstance(a, int) and isinstance(b, int):
            return self.quotient(a, b)
        return self.divided(a, b)

    def call(self, name, *operands):
        if any(isinstance(x, Vec) for x in operands):
            if len(operands) == 1:
                return operands[0].like([self.call(name, x) for x in operands[0].elements()])
            return each(lambda x, y: self.call(name, x, y), *operands)
        if all(isinstance(x, int) for x in operands):
            if name == "abs":
                return self.int(abs(operands[0]))
            if name == "floor":
                return operands[0]
            if name in ("min", "max"):
                return min(operands) if name == "min" else max(operands)
        if any(isinstance(x, bool) for x in operands):
            raise TypeError(name)
        return self.elementary(name, *operands)

    def sum(self, x):
        total = self.real(0.0)
        for e in x.elements():
            total = total + e
        return total

    def isum(self, x):
        total = 0
        for e in x.elements():
            total = self.int(total + e)
        return total

    def arg(self, name, x):
        if len(x) == 0:
            raise Refused("emptyArray")
        best = 0
        elements = x.elements()
        for i in range(1, len(elements)):
            if elements[i] > elements[best] if name == "argmax" else elements[i] < elements[best]:
                best = i
        if len(elements) == 1:
            elements[0] == elements[0]  # a NaN is refused
        return best

    def vector(self, count):
        if count < 0:
            raise Refused("invalidSize")
        return Vec([self.real(0.0)] * count)

    def integers(self, count):
        if count < 0:
            raise Refused("invalidSize")
        return Vec([0] * count)

    def matrix(self, rows, columns):
        if rows < 0 or columns < 0:
            raise Refused("invalidSize")
        return Mat(rows, columns, [self.real(0.0)] * (rows * columns))

    def turn(self, count):
        if count > 10_000:
            raise Refused("turnLimit")
        return count + 1

    def post(self, agrees):
        if not agrees:
            raise Refused("postcondition")

    def emptied(self, stack):
        if stack:
            raise Refused("ancillaNotRestored")

    def kept(self, k):
        # Stacks hold real numbers.
        if int(float(int(k))) != int(k):
            raise Refused("popMismatch")
        return k

    def pop(self, stack):
        if not stack:
            raise Refused("emptyStack")
        return stack.pop()

    def rot(self, a, b, angle):
        if isinstance(a, Vec):
            pairs = [self.rot(x, y, angle) for x, y in zip(a.elements(), b.elements())]
            return a.like([p[0] for p in pairs]), b.like([p[1] for p in pairs])
        c, s = self.call("cos", angle), self.call("sin", angle)
        return a * c - b * s, a * s + b * c

    def hadamard(self, a, b):
        if isinstance(a, Vec):
            pairs = [self.hadamard(x, y) for x, y in zip(a.elements(), b.elements())]
            return a.like([p[0] for p in pairs]), b.like([p[1] for p in pairs])
        return self.root(a + b), self.root(a - b)

    def ints(self, a):
        """An integer as a real number, where a choice has both."""
        return self.real(float(a)) if isinstance(a, int) else a


class OnTape(Common):
    """The functions of programs over `Num`."""

    def __init__(self, tape):
        self.tape = tape

    def real(self, x):
        return self.tape.constant(x)

    def root(self, x):
        # Correct to more digits than any engine's; engines may round it their way.
        r = self.div(x, self.call("sqrt", self.real(2.0)))
        r.taint = True
        return r

    def num(self, x):
        return x if isinstance(x, Num) else self.tape.constant(x)

    def divided(self, x, y):
        x, y, B = self.num(x), self.num(y), self.tape.B
        v = B.div(x.v, y.v)
        r = B.div(1, y.v)
        return x.binary(y, v, r, -B.div(v, y.v), 0, -r * r, 2 * B.div(B.div(v, y.v), y.v))

    def factor(self, x):
        """A factor of `*=`, which must be finite and not 0."""
        if isinstance(x, Vec):
            return x.like([self.factor(e) for e in x.elements()])
        v = self.num(x).v
        if self.tape.B.name == "float" and not (math.isfinite(v) and v != 0):
            raise Refused("zeroFactor")
        return x

    def scaled(self, before, after):
        """What a factor leaves, which must not be 0 or infinite unless that was so before."""
        if self.tape.B.name == "float":
            pairs = zip(before.elements(), after.elements()) if isinstance(after, Vec) else [(before, after)]
            for x, y in pairs:
                x, y = self.num(x).v, self.num(y).v
                if (y == 0 and x != 0) or (math.isinf(y) and math.isfinite(x)):
                    raise Refused("zeroFactor")
        return after

    def moved(self, name, x):
        """What a place holds now."""
        self.tape.changed.add(name)
        return self.held(name, x)

    def held(self, name, x):
        """A number that is not finite may be refused."""
        kind = self.tape.B.name
        if kind not in ("float", "undone"):
            return x
        if isinstance(x, Vec):
            return x.like([self.held(name, e) for e in x.elements()])
        x = self.num(x)
        if kind == "undone":
            return self.tape.node(self.tape.B.moved(name, x.v), x.t, ((x.i, 1, 0),), x.taint)
        if math.isfinite(x.t):
            self.tape.steepest = max(self.tape.steepest, abs(x.t))
        else:
            self.tape.flags.add("steep")
        if not math.isfinite(x.v):
            self.tape.flags.add("nonfinite")
        else:
            size = abs(x.v)
            self.tape.peaks[name] = max(self.tape.peaks.get(name, 0.0), size)
            if size:
                self.tape.least[name] = min(self.tape.least.get(name, size), size)
        return x

    def zero(self, x):
        """Scratch at the end of its block."""
        for e in x.elements() if isinstance(x, Vec) else (x,):
            e = self.num(e)
            # NaN is refused too.
            # So is scratch that is 0 by chance, and moves with the arguments.
            if self.tape.B.name == "float" and not (abs(e.v) <= 1e-6 and abs(e.t) <= 1e-6 * self.tape.steepest):
                raise Refused("ancillaNotRestored")

    def elementary(self, name, *operands):
        operands = [self.num(x) for x in operands]
        if len(operands) == 2:
            return self.two(name, *operands)
        x, tape = operands[0], self.tape
        B = tape.B
        if name in ("abs", "sign"):
            s = tape.decide((x.v > 0) - (x.v < 0) if x.v == x.v else 2)
            tape.near(x, tape.constant(0))
            if s == 2:
                return tape.node(x.v, x.t, ((x.i, 1, 0),), x.taint)
            if name == "sign":
                return tape.node(B.number(s), 0, (), x.taint)
            return tape.node(abs(x.v), times(s, x.t), ((x.i, s, 0),), x.taint)
        if name == "floor":
            whole = tape.decide(math.floor(x.v) if math.isfinite(float(x.v)) else None)
            if whole is None:
                return tape.node(x.v, 0, (), x.taint)
            if math.isfinite(float(x.v)):
                tape.near(x, tape.constant(round(float(x.v))))
            return tape.node(B.number(whole), 0, (), x.taint)
        v = B.call(name, x.v)
        if not tape.records:
            return Num(tape, v, 0, -1, x.taint or name != "sqrt")
        d, dd = derivatives(B, name, x.v, v)
        if x.v == 0 and name in ("sqrt", "cbrt"):
            tape.flags.add("corner")
        return tape.node(
            v, times(d, x.t), ((x.i, d, times(dd, x.t)),), x.taint or name != "sqrt")

    def two(self, name, x, y):
        tape, B = self.tape, self.tape.B
        if name in ("min", "max"):
            isFirst = x.v <= y.v if name == "min" else x.v >= y.v
            choice = tape.decide(2 if x.v != x.v or y.v != y.v else int(isFirst))
            if choice == 2:
                return tape.node(x.v + y.v, x.t + y.t, ((x.i, 1, 0), (y.i, 1, 0)), x.taint or y.taint)
            tape.near(x, y)
            return x if choice == 1 else y
        a, b = x.v, y.v
        if name == "pow":
            v = B.pow(a, b)
            if a == 0:
                tape.flags.add("corner")
                if not b >= 1:
                    return x.binary(y, v, 0, 0, taint=True)
            dx = times(B.pow(a, b - 1), b)
            dxx = times(B.pow(a, b - 2), b * (b - 1))
            if a <= 0:  # no derivative in the exponent
                none = B.number(math.nan if a < 0 else 0)
                return x.binary(y, v, dx, none, dxx, none, none, True)
            l = B.call("log", a)
            p = B.pow(a, b - 1)
            return x.binary(y, v, dx, times(v, l), dxx, p + b * p * l, times(v, l * l), True)
        v = B.two(name, a, b)
        if name == "atan2":
            # The side of the cut, which the sign of a zero tells; what has moved across it goes on from there.
            side = tape.decide(int(v > 2) - int(v < -2))
            if side * v < 0:
                v += side * 2 * B.number(B.pi)
        if a == 0 and b == 0:
            tape.flags.add("corner")
            return x.binary(y, v, 0, 0, taint=True)
        if name == "hypot":
            h3 = v * v * v
            return x.binary(
                y, v, B.div(a, v), B.div(b, v), B.div(b * b, h3), -B.div(a * b, h3), B.div(a * a, h3), True)
        r = a * a + b * b
        return x.binary(
            y, v, B.div(b, r), -B.div(a, r), B.div(-2 * a * b, r * r), B.div(a * a - b * b, r * r),
            B.div(2 * a * b, r * r), True)


# MARK: NumPy and JAX


class Plain(Common):
    """The functions of programs over a library's arrays."""

    def __init__(self, library, special, number):
        self.library, self.special, self.number = library, special, number

    def real(self, x):
        return self.number(x)

    def root(self, x):
        return x / np.sqrt(2.0)

    def divided(self, x, y):
        return self.number(x) / y if isinstance(x, int) else x / self.number(y)

    def factor(self, x):
        return x

    def scaled(self, before, after):
        return after

    def moved(self, name, x):
        return x

    def zero(self, x):
        pass

    renamed = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh",
               "atanh": "arctanh", "atan2": "arctan2"}

    def elementary(self, name, *operands):
        x = operands[0]
        x = self.number(x) if isinstance(x, int) else x
        if len(operands) == 2:
            y = self.number(operands[1]) if isinstance(operands[1], int) else operands[1]
            if name == "min":
                return x if bool(x <= y) else y
            if name == "max":
                return x if bool(x >= y) else y
            if name == "pow":
                return self.library.power(x, y)
            if name == "hypot" and self.library is not np:
                return self.library.sqrt(x * x + y * y)
            return getattr(self.library, self.renamed.get(name, name))(x, y)
        if name == "abs":
            return x if bool(x > 0) else -x if bool(x < 0) else 0.0 * x
        if name == "digamma" and not bool(x > 0):
            # JAX's derivative of `digamma` is wrong there.
            raise Incomparable()
        if name in ("erf", "erfc", "digamma"):
            return getattr(self.special, name)(x)
        if name == "lgamma":
            return self.special.gammaln(x)
        return getattr(self.library, self.renamed.get(name, name))(x)


# MARK: Requests


def number(text):
    return float(text)


def places(F, numbers, request):
    """The arguments of a program from its real numbers."""
    n, w = request["lengths"]
    rows, columns = request["shape"]
    y, a, b = numbers[:3]
    v, u, m = numbers[3:3 + n], numbers[3 + n:3 + n + w], numbers[3 + n + w:]
    return (y, a, b, request["n"], Vec(v), Vec(u), Mat(rows, columns, m), Vec(request["p"]))


def names_of(request):
    """The parameter of every real number."""
    n, w = request["lengths"]
    return ["y", "a", "b"] + ["v"] * n + ["w"] * w + ["m"] * (request["shape"][0] * request["shape"][1])


def flat(results):
    y, a, b, n, v, w, m, p = results
    return [y, a, b] + v.elements() + w.elements() + m.elements(), [n] + list(p)


def run(main, backend, request, values, direction, decisions=None, reverses=True):
    tape = Tape(backend, decisions, reverses)
    F = OnTape(tape)
    numbers = [tape.input(x, d) for x, d in zip(values, direction)]
    names = names_of(request)
    numbers = [F.held(name, x) for name, x in zip(names, numbers)]
    reals, integers = flat(main(F, *places(F, numbers, request)))
    reals = [F.num(x) for x in reals]
    gradient, product = tape.reverse(reals[0], len(values)) if reverses else ([], [])
    return {
        "values": [x.v for x in reals], "tangents": [x.t for x in reals], "gradient": gradient,
        "product": product, "integers": integers, "tape": tape,
    }


def back(space, backend, request, end):
    """The real numbers of the arguments and their tangents after the inverse has run; None if it goes astray."""
    F = OnTape(Tape(backend))
    # Of no input: nothing is recorded.
    numbers = [Num(F.tape, backend.number(x), backend.number(t), -1, False)
               for x, t in zip(end["values"], end["tangents"])]
    given = dict(request, n=end["integers"][0], p=end["integers"][1:])
    try:
        reals, integers = flat(space["unmain"](F, *places(F, numbers, given)))
    except Refused:
        return None
    # What leaves the range of numbers does not come back.
    if "nonfinite" in F.tape.flags or integers != [request["n"]] + request["p"]:
        return None
    reals = [F.num(x) for x in reals]
    return [x.v for x in reals] + [x.t for x in reals]


def undoing(space, request, given, ends):
    """How far runs and their inverses come back in double precision, for every number and then for every tangent:
    infinite if one goes astray."""
    distances = [0.0] * len(given)
    for backend, end in ends:
        found = back(space, backend, request, end)
        for i, x in enumerate(given):
            d = abs(found[i] - x) if found is not None and math.isfinite(x) else math.inf
            distances[i] = max(distances[i], d if d == d else math.inf)
    return distances


def lost(distances, given):
    """The largest relative distance."""
    return max([d / (abs(x) + 1e-3) for d, x in zip(distances, given) if math.isfinite(x)], default=0.0)


# The gap that verified undoing allows, and what is lost on a way with it.
DRIFT = 1e-8


def distance(runs, part, i, x):
    """The largest distance of runs from the answer; infinite where one has no number."""
    distances = [abs(float(run[part][i]) - x) for run in runs]
    return max([d if math.isfinite(d) else math.inf for d in distances], default=0.0)


PARTS = ("values", "tangents", "gradient", "product")


@functools.lru_cache(maxsize=2)
def program(source):
    space = {}
    exec(source, space)
    return space


def answer(request):
    space = program(request["source"])
    main = space["main"]
    values = [number(x) for x in request["values"]]
    direction = [number(x) for x in request["direction"]]
    rounded = run(main, Float64(), request, values, direction)
    decisions = rounded["tape"].decisions
    exact = run(main, Exact(), request, values, direction, decisions)
    backends = [Noisy(1), Undone(2, rounded["tape"]), Undone(16, rounded["tape"])]
    samples = [run(main, b, request, values, direction, decisions) for b in backends]

    def goes_astray(backend):
        try:
            free = run(main, backend, request, values, direction, reverses=False)
        except Refused:
            return True
        return free["tape"].decisions != decisions

    # Decisions that fall otherwise once their numbers have been undone; half of the draws are to the other side.
    if decisions and any(goes_astray(Undone(seed, rounded["tape"])) for seed in range(3, 9)):
        exact["tape"].flags.add("kink")
    if decisions and any(goes_astray(Shaken(seed)) for seed in (13, 14, 15)):
        exact["tape"].flags.add("borderline")
    result = {
        "integers": [str(x) for x in rounded["integers"]],
        "flags": sorted(rounded["tape"].flags | exact["tape"].flags), "operations": len(exact["tape"].nodes),
    }
    # What is left on a stack is not there for the inverse: what it would lose is not known.
    result["undoing"] = result["undoingTangents"] = repr(math.inf)
    if request["undoes"]:
        ends = [(Float64(), rounded)] + [(Noisy(seed), samples[0]) for seed in (11, 12)]
        distances, count = undoing(space, request, values + direction, ends), len(values)
        result["back"] = [repr(d) for d in distances[:count]]
        result["undoing"] = repr(lost(distances[:count], values))
        result["undoingTangents"] = repr(lost(distances[count:], direction))
    drifted = []
    if "kink" in result["flags"] or not float(result["undoing"]) <= 1e-11:
        backends = [Undone(seed, rounded["tape"], DRIFT) for seed in (9, 10)]
        tape = rounded["tape"]
        small = sorted(name for name in tape.changed if tape.least.get(name, 1) <= DRIFT * tape.peaks.get(name, 0))
        groups = [[name] for name in small] + ([small] if len(small) > 1 else [])
        backends += [Vanished(rounded["tape"], DRIFT, names) for names in groups]
        drifted = [run(main, b, request, values, direction, decisions) for b in backends]
    largest = dict(
        rounded["tape"].largest, values=max(rounded["tape"].peaks.values(), default=0.0),
        tangents=rounded["tape"].steepest)
    for part in PARTS:
        result[part + "Largest"] = repr(float(largest[part]))
        found, tolerances, losses = [], [], []
        for i, x in enumerate(exact[part]):
            try:
                close = float(x)
            except OverflowError:
                close = math.inf
            found.append(repr(close))
            tolerances.append(repr(distance([rounded] + samples, part, i, close)))
            losses.append(repr(distance(drifted, part, i, close)))
        result[part], result[part + "Spread"], result[part + "Loss"] = found, tolerances, losses
    result["floats"] = {part: [repr(float(x)) for x in rounded[part]] for part in PARTS}
    if request.get("jax"):
        try:
            result["libraries"] = libraries(main, request, values, direction)
        except Incomparable:
            pass
    return result


jax_parts = None


def libraries(main, request, values, direction):
    """The same from NumPy (values) and JAX."""
    global jax_parts
    if jax_parts is None:
        import jax

        jax.config.update("jax_enable_x64", True)
        jax_parts = (jax, Plain(jax.numpy, jax.scipy.special, lambda x: jax.numpy.float64(x)))
    jax, F = jax_parts
    N = Plain(np, special, np.float64)
    numpy_values, _ = flat(main(N, *places(N, [np.float64(x) for x in values], request)))

    def all_values(x):
        reals, _ = flat(main(F, *places(F, [x[i] for i in range(len(values))], request)))
        return jax.numpy.stack([jax.numpy.asarray(r, dtype=jax.numpy.float64) for r in reals])

    x, d = jax.numpy.array(values), jax.numpy.array(direction)
    (gradient, product) = jax.jvp(jax.grad(lambda x: all_values(x)[0]), (x,), (d,))
    _, tangents = jax.jvp(all_values, (x,), (d,))
    return {
        "values": [repr(float(r)) for r in numpy_values], "tangents": [repr(float(r)) for r in tangents],
        "gradient": [repr(float(r)) for r in gradient], "product": [repr(float(r)) for r in product],
    }


def serve():
    for line in sys.stdin:
        request = json.loads(line)
        try:
            result = answer(request)
        except Refused as reason:
            result = {"refused": str(reason)}
        except RecursionError:
            result = {"refused": "recursion"}
        except Exception as error:  # the oracle's own fault: reported as one
            result = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    serve()
