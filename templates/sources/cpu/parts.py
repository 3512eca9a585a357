"""The parts that sit on the board, one mesh each."""

import math

from mathutils import Matrix, Vector

from cpu.mesh import MeshData
from cpu.plan import SIDES
from cpu.shapes import box, lathe, rectangle


def meshes(M):
    """{kind: mesh}."""
    made = {
        "Capacitor": ended(((0.24, 0.19, 0.17), 0.014), ((0.09, 0.2, 0.18), 0.022), 0.155),
        "Resistor": ended(((0.26, 0.21, 0.085), 0.01), ((0.08, 0.215, 0.09), 0.012), 0.16),
        "Inductor": ended(((0.96, 0.96, 0.52), 0.06, 3), ((0.1, 0.5, 0.1), 0.02, 1), 0.49),
        "Can": can(), "Memory": memory(), "Controller": controller(), "Via": via(),
        "Crystal": one(box((0.84, 0.36, 0.22), 0.1, 3)),
        "Pad": one(box((0.1, 0.19, 0.014), 0.004, 1)),
    }
    looks = {
        "Capacitor": ("Ceramic", "Tin"), "Resistor": ("Resistor", "Tin"), "Inductor": ("Ferrite", "Tin"),
        "Can": ("Sleeve", "Aluminium"), "Memory": ("Epoxy", "Substrate", "Marking"), "Controller": ("Epoxy", "Tin", "Marking"),
        "Via": ("Gold", "Hole"), "Crystal": ("Tin",), "Pad": ("Gold",),
    }
    return {kind: data.mesh(kind, *(M[name] for name in looks[kind])) for kind, data in made.items()}


def one(shape):
    data = MeshData()
    data.add(*shape)
    return data


def ended(body, end, at):
    """A body with a contact at either end."""
    data = one(box(*body))
    for side in (-1, 1):
        data.add(*box(*end, at=(side * at, 0, 0)), mat=1)
    return data


def can():
    """A capacitor in a can: crimped near its foot, with the dark mark of its negative side on top."""
    data = one(box((0.8, 0.8, 0.1), 0.05, 1))
    r = 0.36
    data.add(*lathe([(r, 0.1), (r, 0.16), (r - 0.025, 0.19), (r - 0.025, 0.22), (r, 0.25), (r, 0.66),
                     (r - 0.015, 0.69), (r - 0.045, 0.7), (0, 0.7)]), mat=1, smooth=True)
    arc = [math.radians(60 + 60 * k / 10) for k in range(11)]
    data.add([(0.31 * math.cos(a), 0.31 * math.sin(a), 0.7015) for a in arc], [list(range(len(arc)))])
    return data


def print_on(data, z, dot, bars, top, pitch, thick):
    """What is printed on a chip: the dot at its first pin (place, radius, steps), and bars: lettering from afar."""
    place, radius, steps = dot
    data.add(*lathe([(radius, z), (0, z)], steps, place), mat=2)
    for k, width in enumerate(bars):
        y = top - k * pitch
        data.add(*rectangle(-width / 2, y, width / 2, y + thick, z), mat=2)


def memory():
    data = one(box((1.44, 1.94, 0.16), 0.02, 2, at=(0, 0, 0.05)))
    data.add(*box((1.3, 1.8, 0.06)), mat=1)
    print_on(data, 0.2105, dot=((-0.58, 0.83), 0.05, 12), bars=(0.7, 0.5, 0.62), top=0.15, pitch=0.14, thick=0.05)
    return data


def controller():
    """A flat package with bent legs all around."""
    data = one(box((1.56, 1.56, 0.2), 0.03, 2, at=(0, 0, 0.04)))
    leg = [(0.78, 0.15), (0.86, 0.15), (0.9, 0.03), (0.98, 0.03), (0.98, 0.0), (0.88, 0.0), (0.83, 0.11), (0.78, 0.11)]
    n = len(leg)
    faces = [[i, i + 1, n + i + 1, n + i] for i in range(4)] + [list(range(n))[::-1], list(range(n, 2 * n))]
    for side in SIDES:
        turn = Matrix.Rotation(side * math.pi / 2, 3, "Z")
        for k in range(-6, 7):
            data.add([tuple(turn @ Vector((x, k * 0.11 + s * 0.028, z))) for s in (-1, 1) for x, z in leg], faces, mat=1)
    print_on(data, 0.2405, dot=((-0.55, 0.55), 0.07, 14), bars=(0.8, 0.56), top=0.04, pitch=0.16, thick=0.06)
    return data


def via():
    data = one(lathe([(0.085, 0.0), (0.08, 0.02), (0.045, 0.02)], 16))
    data.add(*lathe([(0.045, 0.0195), (0, 0.0195)], 16), mat=1)
    return data
