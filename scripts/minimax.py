#!/usr/bin/env python3
"""Coefficients of src/abi/hys_kernel.h: minimax polynomials by the Remez exchange, in exact arithmetic.

Prints one C array initialiser a function, lowest power first, with the largest error that remains once
the coefficients are rounded to double.  Needs mpmath.   usage: minimax.py [NAME...]
"""
import sys
from mpmath import mp, mpf, matrix, lu_solve, log, sinh, cosh, sin, cos, atan, asin, tanh, sqrt, pi, findroot

mp.prec = 240


def remez(f, weight, lo, hi, degree):
    """The polynomial p of that degree with the least max |weight (f - p)| on [lo, hi]."""
    n = degree + 2
    nodes = [(lo + hi) / 2 - (hi - lo) / 2 * mp.cos(pi * k / (n - 1)) for k in range(n)]
    for _ in range(30):
        rows = matrix(n, n)
        rhs = matrix(n, 1)
        for i, x in enumerate(nodes):
            for j in range(degree + 1):
                rows[i, j] = x ** j
            rows[i, degree + 1] = (-1) ** i / weight(x)
            rhs[i] = f(x)
        solution = lu_solve(rows, rhs)
        coefs = [solution[j] for j in range(degree + 1)]
        error = lambda x: weight(x) * (f(x) - mp.polyval(coefs[::-1], x))
        nodes, worst = extrema(error, lo, hi, nodes)
        level = abs(solution[degree + 1])
        if worst - level < worst * mpf(10) ** -6:
            break
    return coefs, worst


def extrema(error, lo, hi, nodes):
    """One extremum of the error near each node, refined by golden sections between neighbours."""
    found = []
    worst = mpf(0)
    for i, node in enumerate(nodes):
        a = lo if i == 0 else (nodes[i - 1] + node) / 2
        b = hi if i == len(nodes) - 1 else (nodes[i + 1] + node) / 2
        sign = 1 if error(node) > 0 else -1
        x = best(lambda t: sign * error(t), a, b)
        found.append(x)
        worst = max(worst, abs(error(x)))
    return found, worst


def best(g, a, b):
    samples = [a + (b - a) * k / 24 for k in range(25)]
    k = max(range(25), key=lambda i: g(samples[i]))
    a, b = samples[max(k - 1, 0)], samples[min(k + 1, 24)]
    ratio = (sqrt(5) - 1) / 2
    for _ in range(40):
        c, d = b - ratio * (b - a), a + ratio * (b - a)
        if g(c) > g(d):
            b = d
        else:
            a = c
    return (a + b) / 2


def series(g, terms):
    """A function given by its Taylor series about 0, free of cancellation near 0."""
    return lambda z: sum((g(k) * z ** k for k in range(terms)), mpf(0))


fac = mp.factorial
LN2_HALF = log(2) / 2 * (1 + mpf(2) ** -40)
S_MAX = (3 - 2 * sqrt(2)) ** 2 * (1 + mpf(2) ** -40)  # ((sqrt2-1)/(sqrt2+1))^2
ATAN_MAX = (sqrt(2) - 1) ** 2 * (1 + mpf(2) ** -40)
TRIG_MAX = (pi / 4) ** 2 * (1 + mpf(2) ** -30)

# name: (function of z, weight that makes the error relative to the final result, z range, degree, what it is)
APPROXIMATIONS = {
    'exp_even': (series(lambda k: 1 / fac(2 * k + 2), 30), lambda z: z, LN2_HALF ** 2, 4,
                 '(cosh r - 1) / r^2 in z = r^2'),
    'exp_odd': (series(lambda k: 1 / fac(2 * k + 3), 30), lambda z: z, LN2_HALF ** 2, 4,
                '(sinh r - r) / r^3 in z = r^2'),
    'log': (series(lambda k: mpf(2) / (2 * k + 3), 90), lambda z: z / 2, S_MAX, 6,
            '(log((1+s)/(1-s)) - 2s) / s^3 in z = s^2'),
    'log_long': (series(lambda k: mpf(2) / (2 * k + 5), 90), lambda z: z * z / 2, S_MAX, 8,
                 '(log((1+s)/(1-s)) - 2s - 2s^3/3) / s^5 in z = s^2'),
    'sin': (series(lambda k: (-1) ** (k + 1) / fac(2 * k + 3), 30), lambda z: z, TRIG_MAX, 5,
            '(sin r - r) / r^3 in z = r^2'),
    'cos': (series(lambda k: (-1) ** k / fac(2 * k + 4), 30), lambda z: z * z, TRIG_MAX, 5,
            '(cos r - 1 + r^2/2) / r^4 in z = r^2'),
    'atan': (series(lambda k: (-1) ** (k + 1) / mpf(2 * k + 3), 120), lambda z: z, ATAN_MAX, 10,
             '(atan t - t) / t^3 in z = t^2'),
    'asin': (series(lambda k: fac(2 * k + 2) / (4 ** (k + 1) * fac(k + 1) ** 2 * (2 * k + 3)), 140),
             lambda z: z, mpf(1) / 4, 11, '(asin t - t) / t^3 in z = t^2'),
}


def report(name):
    f, weight, top, degree, text = APPROXIMATIONS[name]
    coefs, worst = remez(f, weight, mpf(2) ** -60, top, degree)
    rounded = [float(c) for c in coefs]
    left = max(abs(weight(z) * (f(z) - mp.polyval([mpf(c) for c in rounded][::-1], z)))
               for z in (top * k / 2000 for k in range(1, 2001)))
    print(f'/* {name}: {text}, z <= {float(top):.4g}; error 2^{float(log(left, 2)):.1f}'
          f' (exact coefficients: 2^{float(log(worst, 2)):.1f}) */')
    print('    ' + ',\n    '.join(c.hex() for c in rounded) + '\n')


def tanh_pade(levels):
    """tanh x = x - x^3 P(z)/Q(z): Lambert's continued fraction cut after that many levels."""
    top, bottom = [mpf(2 * levels + 1)], [mpf(1)]  # value = top / bottom of the tail, as polynomials in z
    for k in range(levels - 1, 0, -1):  # tail = (2k+1) + z / tail
        new = [mpf(0)] * max(len(top), len(bottom) + 1)
        for i, c in enumerate(top):
            new[i] += (2 * k + 1) * c
        for i, c in enumerate(bottom):
            new[i + 1] += c
        top, bottom = new, top
    q = [mpf(0)] * max(len(top), len(bottom) + 1)  # tanh x / x = tail / (tail + z bottom): 1 - z bottom / q
    for i, c in enumerate(top):
        q[i] += c
    for i, c in enumerate(bottom):
        q[i + 1] += c
    scale = q[-1]
    return [c / scale for c in bottom], [c / scale for c in q]


def report_tanh():
    p, q = tanh_pade(7)
    edge = mpf(0.55)
    worst = max(abs(1 - (1 - x * x * mp.polyval([mpf(float(c)) for c in p][::-1], x * x)
                         / mp.polyval([mpf(float(c)) for c in q][::-1], x * x)) * x / tanh(x))
                for x in (edge * k / 1000 for k in range(1, 1001)))
    print(f'/* tanh: x - x^3 P(z)/Q(z), Lambert\'s continued fraction, |x| <= 0.55; '
          f'error 2^{float(log(worst, 2)):.1f} */')
    print('P ' + ', '.join(float(c).hex() for c in p))
    print('Q ' + ', '.join(float(c).hex() for c in q))


def split(value, bits):
    """Parts of that many bits each, the last one a full double, that add up to the value."""
    parts = []
    for n in bits:
        e = mp.floor(log(abs(value), 2)) + 1 - n
        part = mp.floor(value / mpf(2) ** e) * mpf(2) ** e if n < 53 else mpf(float(value))
        parts.append(float(part).hex())
        value -= part
    return parts


def report_constants():
    print('ln2 (32 bits + rest)  ', split(log(2), (32, 53)))
    print('pi/2 (33 bits, 33, 33, rest)', split(pi / 2, (33, 33, 33, 53)))
    print('pi/2 hi lo', split(pi / 2, (53, 53)), 'pi hi lo', split(pi, (53, 53)))
    print('1/log(10) (21 bits + rest)', split(1 / log(10), (21, 53)))
    print('log10(2) (37 bits + rest)', split(log(2) / log(10), (37, 53)))
    print('1/ln2', float(1 / log(2)).hex(), '2/pi', float(2 / pi).hex(), '2/3', split(mpf(2) / 3, (53, 53)))
    words = int(mp.floor(2 / pi * mpf(2) ** 0))
    mp.prec = 1400
    digits = int(mp.floor(2 / mp.pi * mpf(2) ** (64 * 20)))
    print('2/pi, 20 words of 64 bits:')
    for k in range(20):
        print('    0x%016xu,' % ((digits >> (64 * (19 - k))) & ((1 << 64) - 1)))


if __name__ == '__main__':
    names = sys.argv[1:] or list(APPROXIMATIONS) + ['tanh', 'constants']
    for wanted in names:
        if wanted == 'tanh':
            report_tanh()
        elif wanted == 'constants':
            report_constants()
        else:
            report(wanted)
