"""Where the parts of the board are."""

from cpu.plan import PITCH, SIDES, turned

# half of the ground each kind of part takes, unturned
SIZE = {"Capacitor": (0.2, 0.1), "Resistor": (0.2, 0.11), "Can": (0.4, 0.4), "Inductor": (0.5, 0.5),
        "Memory": (0.75, 1.0), "Controller": (0.95, 0.95), "Crystal": (0.42, 0.18)}

CONTROLLERS = ((-9.6, -8.2), (9.4, -7.4), (-10.2, 7.6), (10.0, 8.4), (1.4, -9.8), (-11.4, 0.4), (11.4, -1.2))
CAN_ROWS = ((-4.6, -8.6, 3), (5.6, -9.8, 3), (10.6, 3.6, 3), (-9.8, 3.8, 3), (-2.8, -12.2, 4), (9.2, -11.6, 3))
CRYSTALS = ((-7.4, -7.2, 0), (7.2, -6.4, 1), (4.4, -7.0, 0), (-7.6, 7.0, 1), (12.2, -4.4, 1))


class Placing:
    """Parts by kind, each (x, y, turn in quarter turns); one that does not fit is left out."""

    def __init__(self, grid):
        self.grid = grid
        self.places = {kind: [] for kind in SIZE}

    def put(self, kind, x, y, turn=0, margin=0.1):
        hx, hy = SIZE[kind]
        if turn % 2:
            hx, hy = hy, hx
        x, y = round(x / PITCH) * PITCH, round(y / PITCH) * PITCH
        if self.grid.fits(x, y, hx, hy, margin):
            self.grid.claim(x, y, hx, hy)
            self.places[kind].append((x, y, turn))

    def small(self):
        return len(self.places["Capacitor"]) + len(self.places["Resistor"])


def place(rng, grid):
    """Every part, on a grid where the package has its ground already: {kind: [(x, y, turn)]}."""
    placing = Placing(grid)
    large(placing)
    decoupling(rng, placing)
    clusters(rng, placing)
    return placing.places


def large(placing):
    """Memory left and right, the power stage behind, controllers further out."""
    put = placing.put
    for y in (-3.4, 0.0, 3.4):
        put("Memory", -6.8, y)
        put("Memory", 6.8, y)
    for k in range(6):
        x = -4.0 + k * 1.6
        put("Inductor", x, 6.6)
        put("Can", x, 8.0)
        if k % 2 == 0:
            put("Can", x + 0.8, 9.4)
    for x, y in CONTROLLERS:
        put("Controller", x, y)
    for x, y, count in CAN_ROWS:
        for k in range(count):
            put("Can", x + 1.0 * k, y)
    for x, y, turn in CRYSTALS:
        put("Crystal", x, y, turn)


def decoupling(rng, placing):
    """Rows just outside the package and around the chips."""
    for side in SIDES:
        for along in (-2.6, -1.2, 1.4, 2.8):
            for k in (0, 1):
                placing.put("Capacitor", *turned(side, 4.4 + 0.6 * k, along), side + 1)
    for kind in ("Memory", "Controller"):
        hy = SIZE[kind][1]
        for x, y, _ in placing.places[kind]:
            for k in range(-1, 2):
                if rng.random() < 0.8:
                    placing.put("Capacitor", x + k * 0.6, y + hy + 0.5, 1)
                if rng.random() < 0.7:
                    placing.put("Resistor" if rng.random() < 0.5 else "Capacitor", x + k * 0.6, y - hy - 0.5, 1)


def clusters(rng, placing):
    """Small parts in rows over the rest of the board."""
    for _ in range(150):
        if placing.small() > 250:
            break
        x, y = rng.uniform(-13, 13), rng.uniform(-13, 13)
        if max(abs(x), abs(y)) < 5.2:
            continue
        turn = int(rng.random() * 2)
        kind = "Capacitor" if rng.random() < 0.55 else "Resistor"
        for k in range(2 + int(rng.random() * 4)):
            step = 0.4 * k
            placing.put(kind, x + (step if turn else 0), y + (0 if turn else step), turn, 0.06)
