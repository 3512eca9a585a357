"""The floor plan of the board and its processor. Lengths in scene units; z = 0 is the board's surface."""

PITCH = 0.2          # routing grid
GRID = 70            # cells from the centre to the last row: +-14 units
BOARD = 14.6         # half size of the board
PKG = 3.0            # half size of the package substrate
RING_OUT, RING_IN = 2.72, 1.95
DIE = 1.3            # half size of the die
Z_PKG = 0.16         # top of the package substrate
Z_DIE = 0.235        # top of the bare die
Z_BLOCK = 0.247      # top of the die's blocks

SIDES = range(4)     # east, north, west, south


def turned(side, out, along):
    """The point `out` from the centre and `along` to the left of the way out, on one of the four sides."""
    c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[side]
    return c * out - s * along, s * out + c * along
