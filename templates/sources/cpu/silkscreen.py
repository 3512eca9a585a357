"""The silkscreen: designators of the parts, and their outlines."""

from cpu.lettering import lettering
from cpu.placement import SIZE
from cpu.plan import PKG
from cpu.shapes import ribbon

# kind, its letter, the first number, and where the text begins from the middle of the part
DESIGNATORS = (("Memory", "U", 11, -0.7, 1.12), ("Controller", "U", 50, -0.9, 1.12), ("Inductor", "L", 11, -0.4, -0.9),
               ("Can", "C", 11, -0.3, -0.74), ("Crystal", "Y", 11, -0.2, -0.72))


def add(M, places, collection):
    data = lettering([(letter + str(first + 3 * k), x + dx, y + dy, 0.26)
                      for kind, letter, first, dx, dy in DESIGNATORS for k, (x, y, _) in enumerate(places[kind])])
    for kind in ("Memory", "Inductor"):
        hx, hy = (half + 0.08 for half in SIZE[kind])
        for x, y, _ in places[kind]:
            corners = [(x - hx, y - hy), (x + hx, y - hy), (x + hx, y + hy), (x - hx, y + hy)]
            for ends in zip(corners, corners[1:] + corners[:1]):
                data.add(*ribbon(ends, 0.025, 0.0)[:2])
    q = PKG + 0.14                                       # the corners of the package
    for sx in (-1, 1):
        for sy in (-1, 1):
            data.add(*ribbon([(sx * q, sy * (q - 0.5)), (sx * q, sy * q), (sx * (q - 0.5), sy * q)], 0.04, 0.0)[:2])
    data.link("Silkscreen", M["Silkscreen"], collection, (0, 0, 0.0165))
