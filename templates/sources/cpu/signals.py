"""The node groups every shader listens to: the clock, the palette, and light that runs along a path."""

import kit

F = "NodeSocketFloat"


def clock():
    tree, g, _, out = kit.group("Clock", (), (("Seconds", F), ("Core wake", F), ("Heartbeat", F)))
    g.feed(out[0], kit.seconds(g))
    wake, beat = (g.node("ShaderNodeValue", name).outputs[0] for name in ("Core wake", "Heartbeat"))
    g.feed(out[1], wake)
    g.feed(out[2], beat)
    kit.key(wake, "default_value", ((1, 0.0), (120, 0.0), (150, 0.35), (186, 1.0)))
    kit.key(beat, "default_value", ((1, 0.0), (16, 1.0), (61, 0.0)))[0].modifiers.new("CYCLES")
    return tree


def palette():
    return kit.values("Palette", (("Core", "#ff9a3c", "Core colour"), ("Trace", "#1fc8ff", "Trace colour"),
                                  ("Board", "#0b3a44", "Board colour"), ("Glow", 1.0, "Glow strength")))


def chance(g, x, y):
    """A number from 0 to 1 for every pair of whole numbers."""
    return g.call("ShaderNodeTexWhiteNoise", {"Vector": g.join(x, y)}, "Value", noise_dimensions="2D")


def pulse(clock):
    """Light running along a path. Path = (distance from the outer end, phase, start second)."""
    tree, g, inside, out = kit.group(
        "Pulse", (("Path", "NodeSocketVector"), ("Speed", F), ("Spacing", F), ("Density", F), ("Tail", F)),
        (("Live", F), ("Pulse", F), ("Front", F)))
    t = g.group(clock)["Seconds"]
    s, phase, start = g.split(inside["Path"])
    ahead = g.sub(g.mul(g.sub(t, start), inside["Speed"]), s)       # how far the first front is past us
    live = g.step(ahead, 0.0, 0.35)
    front = g.power(g.step(ahead, 0.0, 3.6, 1.0, 0.0, "LINEAR"), 2.5)
    front = g.mul(front, live)
    u = g.add(g.div(g.sub(g.mul(t, inside["Speed"]), s), inside["Spacing"]), g.mul(phase, 31.7))
    k, f = g.math("FLOOR", u), g.math("FRACT", u)
    luck = chance(g, k, g.mul(phase, 977.0))
    amount = g.step(luck, g.sub(1.0, inside["Density"]), 1.0)
    body = g.power(g.sub(1.0, f), inside["Tail"])
    head = g.step(f, 0.0, 0.02)
    pulses = g.mul(body, head, amount, g.step(ahead, 0.6, 2.0))
    for socket, value in zip(out, (live, pulses, front)):
        g.feed(socket, value)
    return tree
