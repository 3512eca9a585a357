"""Materials of the board and of what is on it; those of the die are in glow.py."""

import kit

SPEED = 5.5          # light along the traces, units per second


def principled(name, color, rough=0.5, metal=0.0):
    """(material, graph, inputs of its Principled BSDF)."""
    made, g, surface = kit.material(name)
    made.diffuse_color = (*color, 1.0)
    skin = g.node("ShaderNodeBsdfPrincipled")
    for socket, value in (("Base Color", (*color, 1.0)), ("Roughness", rough), ("Metallic", metal)):
        g.feed(skin.inputs[socket], value)
    g.feed(surface, skin.outputs[0])
    made.cycles.emission_sampling = "NONE"     # glowing detail is seen, the lamps do the lighting
    return made, g, skin.inputs


def still():
    """Those that take nothing from the palette."""
    made = {name: principled(name, *look)[0] for name, *look in (
        ("Gold", (0.8, 0.43, 0.17), 0.3, 1.0),
        ("Tin", (0.62, 0.64, 0.66), 0.3, 1.0),
        ("Hole", (0.002, 0.003, 0.004), 0.8),
        ("Ferrite", (0.035, 0.037, 0.042), 0.55),
        ("Marking", (0.11, 0.12, 0.125), 0.6),
        ("Sleeve", (0.01, 0.014, 0.02), 0.35),
        ("Aluminium", (0.6, 0.62, 0.65), 0.34, 1.0),
        ("Silkscreen", (0.5, 0.56, 0.58), 0.6),
        ("Resistor", (0.008, 0.009, 0.012), 0.3),
        ("Epoxy", (0.011, 0.012, 0.014), 0.5),
        ("Nickel", (0.1, 0.105, 0.112), 0.38, 1.0),
        ("Etching", (0.26, 0.27, 0.28), 0.55, 1.0),
        ("Silicon", (0.02, 0.028, 0.04), 0.16, 0.6))}
    made["Ceramic"], g, skin = principled("Ceramic", (0.2, 0.13, 0.08), 0.45)
    luck = g.node("ShaderNodeObjectInfo").outputs["Random"]
    g.feed(skin["Base Color"], g.mix(luck, (0.10, 0.062, 0.04, 1), (0.21, 0.15, 0.1, 1)))
    return made


def board(palette, pulse):
    made = {}
    # solder mask over woven glass, a little uneven, paler in broad patches
    made["Board"], g, skin = principled("Board", (0.004, 0.03, 0.04), 0.4)
    place = g.node("ShaderNodeTexCoord").outputs["Object"]
    patches = g.call("ShaderNodeTexNoise", {"Scale": 0.55, "Detail": 1.0, "Vector": place}, noise_dimensions="2D")
    x, y, _ = g.split(place)
    weave = g.mul(g.sin(g.mul(x, 78.5)), g.sin(g.mul(y, 78.5)))
    base = g.group(palette)["Board"]
    dark = g.mix(0.72, base, (0.0, 0.004, 0.008, 1.0))
    g.feed(skin["Base Color"], g.mix(g.step(patches, 0.3, 0.75), dark, g.mix(0.45, base, (0.0, 0.006, 0.012, 1))))
    g.feed(skin["Roughness"], g.add(g.step(patches, 0.3, 0.7, 0.34, 0.5), g.mul(weave, 0.05)))

    # copper under the mask, with light running along
    made["Trace"], g, skin = principled("Trace", (0.01, 0.09, 0.1), 0.33, 0.35)
    colors = g.group(palette)
    g.feed(skin["Base Color"], g.mix(0.15, colors["Board"], (0.02, 0.11, 0.12, 1)))
    run = g.group(pulse, Path=g.attr("path"), Speed=SPEED, Spacing=7.0, Density=0.75, Tail=7.0)
    level = g.add(g.mul(run["Live"], 0.10), g.add(g.mul(run["Pulse"], 3.2), g.mul(run["Front"], 4.2)))
    hot = g.step(level, 1.2, 5.0, 0.0, 0.55)
    g.feed(skin["Emission Color"], g.mix(hot, colors["Trace"], (0.75, 0.95, 1.0, 1)))
    g.feed(skin["Emission Strength"], g.mul(level, colors["Glow"]))

    made["Substrate"], g, skin = principled("Substrate", (0.004, 0.022, 0.026), 0.32)
    g.feed(skin["Base Color"], g.mix(0.7, g.group(palette)["Board"], (0.0, 0.006, 0.008, 1)))
    return made
