"""Materials of the die, which shine: its blocks, its core and the synapses over them."""

import math

from cpu.materials import principled
from cpu.signals import chance


def materials(clock, palette, pulse):
    return {"Die blocks": blocks(clock, palette), "Core": core(clock, palette), "Synapse": synapse(clock, palette, pulse)}


def listening(clock, palette, name, *look):
    """As principled, and the outputs of the clock and of the palette."""
    made, g, skin = principled(name, *look)
    return made, g, skin, g.group(clock), g.group(palette)


def emit(g, skin, colors, color, level, gain):
    """Light of a colour, as strong as `level`; the palette's glow and `gain` scale it."""
    g.feed(skin["Emission Color"], color)
    g.feed(skin["Emission Strength"], g.mul(level, colors["Glow"], gain))


def swing(g, wave):
    """A sine or cosine, from 0 to 1."""
    return g.add(0.5, g.mul(0.5, wave))


def in_cell(g):
    """Place in a cell of the die as `die.cell` made it: x and y from its middle, and half its sides."""
    half_x, half_y, _ = g.split(g.attr("half"))
    x, y, _ = g.split(g.node("ShaderNodeUVMap", uv_map="UVMap").outputs[0])
    return x, y, half_x, half_y


def to_edge(g, x, y, half_x, half_y):
    """The distance from the nearest edge of the cell."""
    return g.math("MINIMUM", g.sub(half_x, g.math("ABSOLUTE", x)), g.sub(half_y, g.math("ABSOLUTE", y)))


def blocks(clock, palette):
    """block = (0 core .. 1 rim, random, kind)."""
    made, g, skin, time, colors = listening(clock, palette, "Die blocks", (0.012, 0.02, 0.03), 0.22, 0.5)
    t = time["Seconds"]
    r, luck, kind = g.split(g.attr("block"))
    place = in_cell(g)
    # wake from the rim to the core, then keep breathing outwards
    start = g.add(g.add(2.7, g.mul(g.sub(1.0, r), 2.2)), g.mul(luck, 0.7))
    age = g.sub(t, start)
    live = g.step(age, 0.0, 0.35)
    flash = g.mul(live, g.math("EXPONENT", g.mul(g.math("MAXIMUM", age, 0.0), -2.6)))
    phase = g.add(g.sub(g.mul(t, 0.5), g.mul(r, 0.85)), g.mul(luck, 0.16))
    wave = g.power(swing(g, g.cos(g.mul(phase, 2 * math.pi))), 5.0)
    wave = g.mul(wave, time["Core wake"])
    own = swing(g, g.sin(g.add(g.mul(t, g.add(0.5, g.mul(luck, 1.1))), g.mul(luck, 61.0))))
    own = g.power(own, 3.0)
    # fine structure: cells in a grid, each with its own slow blink
    rows = g.add(26.0, g.mul(kind, 22.0))
    columns = g.sub(74.0, g.mul(kind, 34.0))
    cx, cy = g.mul(place[0], columns), g.mul(place[1], rows)
    cell = chance(g, g.add(g.math("FLOOR", cx), g.mul(luck, 311.0)), g.math("FLOOR", cy))
    inside = g.mul(*[g.step(g.math("ABSOLUTE", g.sub(g.math("FRACT", c), 0.5)), 0.32, 0.44, 1.0, 0.0) for c in (cx, cy)])
    blink = swing(g, g.sin(g.add(g.mul(t, g.add(0.8, g.mul(cell, 2.4))), g.mul(cell, 197.0))))
    cells = g.mul(inside, g.add(0.10, g.mul(g.power(cell, 3.0), g.add(0.35, blink), 1.5)))
    rim = g.step(to_edge(g, *place), 0.004, 0.011, 1.0, 0.0)
    drive = g.add(g.add(0.10, g.mul(wave, 1.05)), g.add(g.mul(own, 0.6), g.mul(flash, 2.2)))
    near = g.step(r, 0.0, 0.95, 1.0, 0.0)                 # 1 at the core
    shape = g.add(g.mul(cells, 1.9), g.mul(rim, 0.35))
    level = g.mul(live, drive, shape, g.add(0.7, g.mul(near, 1.5)))
    heat = g.step(g.sub(g.add(near, g.mul(luck, 0.25)), g.mul(flash, 0.8)), 0.30, 0.42)
    color = g.mix(heat, colors["Trace"], colors["Core"])
    color = g.mix(g.step(level, 1.8, 7.0, 0.0, 0.4), color, (1.0, 0.93, 0.82, 1))
    emit(g, skin, colors, color, level, 1.25)
    g.feed(skin["Base Color"], g.mix(luck, (0.010, 0.022, 0.034, 1), (0.03, 0.035, 0.05, 1)))
    return made


def core(clock, palette):
    """Concentric plates which ignite last. block.x = 0 centre .. 1 outer plate."""
    made, g, skin, time, colors = listening(clock, palette, "Core", (0.02, 0.02, 0.02), 0.3, 0.5)
    r = g.split(g.attr("block"))[0]
    rim = g.step(to_edge(g, *in_cell(g)), 0.004, 0.016, 1.0, 0.0)
    beat = g.power(time["Heartbeat"], 1.5)
    ripple = swing(g, g.cos(g.mul(2 * math.pi, g.sub(g.mul(time["Seconds"], 0.5), g.mul(r, 0.6)))))
    body = g.mul(g.sub(1.0, g.mul(r, 0.72)), g.add(0.55, g.add(g.mul(beat, 0.35), g.mul(ripple, 0.5))))
    level = g.mul(time["Core wake"], g.add(g.mul(body, 1.5), g.mul(rim, 1.5)))
    emit(g, skin, colors, g.mix(g.step(level, 1.0, 5.0, 0.0, 0.6), colors["Core"], (1.0, 0.9, 0.74, 1)), level, 1.5)
    return made


def synapse(clock, palette, pulse):
    """path as the traces have it: the pulse keeps the time."""
    made, g, skin, _, colors = listening(clock, palette, "Synapse", (0.05, 0.04, 0.03), 0.4)
    path = g.attr("path")
    run = g.group(pulse, Path=path, Speed=0.75, Spacing=0.9, Density=0.85, Tail=5.0)
    level = g.add(g.mul(run["Live"], 0.35), g.add(g.mul(run["Pulse"], 4.0), g.mul(run["Front"], 1.0)))
    heat = g.step(g.split(path)[0], 0.40, 0.52)
    color = g.mix(heat, colors["Trace"], colors["Core"])
    emit(g, skin, colors, g.mix(g.step(level, 1.0, 5.0, 0.0, 0.6), color, (1.0, 0.94, 0.86, 1)), level, 1.3)
    return made
