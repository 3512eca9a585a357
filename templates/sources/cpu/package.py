"""The processor's package: substrate, heat spreader and its etching, capacitors and lands."""

from cpu.lettering import lettering
from cpu.mesh import MeshData, scatter
from cpu.plan import PKG, RING_IN, RING_OUT, SIDES, Z_PKG, turned
from cpu.shapes import box, frame

TOP = 0.42           # of the heat spreader


def add(M, meshes, collection):
    data = MeshData()
    data.add(*box((2 * PKG, 2 * PKG, Z_PKG), 0.02, 2))
    data.link("Package", M["Substrate"], collection)
    data = MeshData()
    data.add(*frame(RING_OUT, RING_IN, Z_PKG, TOP, 0.05))
    data.link("Heat spreader", M["Nickel"], collection)

    middle = (RING_OUT + RING_IN) / 2
    data = lettering([("NEURAL ENGINE", -1.62, -middle - 0.07, 0.25), ("A1  2048 TILES", 0.55, -middle - 0.05, 0.16)])
    data.add([(-2.45, -2.3, 0), (-2.25, -2.5, 0), (-2.45, -2.5, 0)], [[0, 2, 1]])    # the first pin's corner
    data.link("Etching", M["Etching"], collection, (0, 0, TOP + 0.0015))

    capacitors = [(*turned(side, 1.66, k * 0.42), side) for side in SIDES for k in (-3, 3)]
    lands = [(*turned(side, PKG - 0.15, k * 0.2), side + 1) for side in SIDES for k in range(-14, 15)]
    scatter("Package capacitor", meshes["Capacitor"], capacitors, collection, Z_PKG)
    scatter("Package land", meshes["Pad"], lands, collection, Z_PKG)
