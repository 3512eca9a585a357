"""Builds ai_cpu_activation.blend: a processor waking up on a dark circuit board.

    python ai_cpu_activation.py OUT.blend                                  (bpy as a module)
    blender -b --factory-startup --python ai_cpu_activation.py -- OUT.blend

Everything is generated from one fixed seed; nothing is read from disk. Written for Blender 4.2.

Timeline (30 fps): 1..240 is the clip, after that the scene idles forever.
  0.0 - 2.5 s  light enters the traces at the board's edges
  2.5 - 5.0 s  it reaches the package, the die's blocks wake from the rim inwards
  5.0 - 8.0 s  the core ignites and starts to beat; the camera closes in on it
All shader motion comes from the node group "Clock": "Seconds" runs on linearly without end,
"Core wake" rises once and holds, "Heartbeat" repeats through a Cycles modifier.
Colours and glow come from the node group "Palette".
"""

import heapq
import math
import os
import random
import sys

import bpy      # before bmesh and mathutils: as a module it brings them along
import bmesh
from mathutils import Matrix, Vector

SEED = 20417
FPS = 30
LAST = 240

PITCH = 0.2          # routing grid
GRID = 70            # cells from the centre to the last row: +-14 units
BOARD = 14.6         # half size of the board
PKG = 3.0            # half size of the package substrate
RING_OUT, RING_IN = 2.72, 1.95
DIE = 1.3            # half size of the die
Z_PKG = 0.16         # top of the package substrate
Z_DIE = 0.235        # top of the bare die
Z_BLOCK = 0.247      # top of the die's blocks
SPEED = 5.5          # light along the traces, units per second


# ---------------------------------------------------------------------------------------------
# small helpers
# ---------------------------------------------------------------------------------------------

def snap(x, steps=4096):
    """Binary fractions: exact everywhere, and the saved file compresses far better."""
    return round(x * steps) / steps


class MeshData:
    """Collects vertices, faces, a material per face and float-vector attributes."""

    def __init__(self):
        self.verts, self.faces, self.mats = [], [], []
        self.smooth = []
        self.point, self.face = {}, {}
        self.uv = []

    def add(self, verts, faces, mat=0, smooth=False, uv=None, point=None, face=None):
        base = len(self.verts)
        self.verts.extend(verts)
        for i, f in enumerate(faces):
            self.faces.append([base + k for k in f])
            self.mats.append(mat)
            self.smooth.append(smooth)
            if uv is not None:
                self.uv.extend(uv[k] for k in f)
            for name, val in (face or {}).items():
                self.face.setdefault(name, []).append(val)
        for name, vals in (point or {}).items():
            self.point.setdefault(name, []).extend(vals)

    def mesh(self, name, materials):
        me = bpy.data.meshes.new(name)
        me.from_pydata([tuple(snap(c) for c in v) for v in self.verts], [], self.faces)
        for m in materials:
            me.materials.append(m)
        me.polygons.foreach_set("material_index", self.mats)
        me.polygons.foreach_set("use_smooth", self.smooth)
        for dom, table in (("POINT", self.point), ("FACE", self.face)):
            for key in sorted(table):
                at = me.attributes.new(key, "FLOAT_VECTOR", dom)
                at.data.foreach_set("vector", [snap(c, 1024) for v in table[key] for c in v])
        if self.uv:
            layer = me.uv_layers.new(name="UVMap")
            layer.data.foreach_set("uv", [snap(c) for v in self.uv for c in v])
        me.update()
        return me


def link(name, data, collection, loc=(0, 0, 0)):
    ob = bpy.data.objects.new(name, data)
    ob.location = loc
    collection.objects.link(ob)
    return ob


def box(size, bevel=0.0, segments=2, at=(0, 0, 0)):
    """A box standing on z = at.z, bevelled; returns (verts, faces)."""
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1.0)
    bmesh.ops.transform(bm, matrix=Matrix.Diagonal((*size, 1.0)), verts=bm.verts)
    bmesh.ops.translate(bm, vec=Vector(at) + Vector((0, 0, size[2] / 2)), verts=bm.verts)
    if bevel:
        bmesh.ops.bevel(bm, geom=list(bm.edges), offset=bevel, segments=segments, profile=0.5,
                        affect="EDGES", clamp_overlap=True)
    bm.verts.index_update()
    out = ([tuple(v.co) for v in bm.verts], [[v.index for v in f.verts] for f in bm.faces])
    bm.free()
    return out


def lathe(profile, steps=28):
    """Surface of revolution from (radius, z) pairs; a radius of zero closes the surface."""
    verts, faces, rows = [], [], []
    for r, z in profile:
        if r <= 1e-6:
            rows.append([len(verts)])
            verts.append((0.0, 0.0, z))
        else:
            rows.append(list(range(len(verts), len(verts) + steps)))
            verts.extend((r * math.cos(2 * math.pi * k / steps), r * math.sin(2 * math.pi * k / steps), z)
                         for k in range(steps))
    for a, b in zip(rows, rows[1:]):
        for k in range(steps):
            n = (k + 1) % steps
            if len(a) == 1:
                faces.append([a[0], b[k], b[n]][::-1])
            elif len(b) == 1:
                faces.append([a[k], a[n], b[0]])
            else:
                faces.append([a[k], a[n], b[n], b[k]])
    return verts, faces


def ribbon(points, width, z, height=0.0, bevel=0.0):
    """A mitred band along a polyline. Returns (verts, faces, distance of every vertex)."""
    verts, faces, dist = [], [], []
    run = 0.0
    n = len(points)
    for i, p in enumerate(points):
        if i:
            run += math.dist(points[i - 1], p)
        d0 = (Vector(p) - Vector(points[i - 1])).normalized() if i else None
        d1 = (Vector(points[i + 1]) - Vector(p)).normalized() if i < n - 1 else None
        d0, d1 = d0 or d1, d1 or d0
        t = (d0 + d1).normalized()
        nrm = Vector((-t.y, t.x)) / max(0.5, t.dot(d1))
        offs = [(-width / 2, z + height), (width / 2, z + height)]
        if bevel:
            offs = [(-width / 2 - bevel, z)] + offs + [(width / 2 + bevel, z)]
        for o, zz in offs:
            verts.append((p[0] + nrm.x * o, p[1] + nrm.y * o, zz))
            dist.append(run)
        k = len(offs)
        if i:
            b = len(verts) - 2 * k
            for j in range(k - 1):
                faces.append([b + j, b + k + j, b + k + j + 1, b + j + 1][::-1])
    return verts, faces, dist


# ---------------------------------------------------------------------------------------------
# shader graphs
# ---------------------------------------------------------------------------------------------

class Graph:
    def __init__(self, tree):
        self.tree = tree
        self.col = 0

    def node(self, kind, name=None, **props):
        nd = self.tree.nodes.new(kind)
        self.col += 1
        nd.location = ((self.col % 12) * 190 - 1100, -(self.col // 12) * 260)
        if name:
            nd.name = nd.label = name
        for k, v in props.items():
            setattr(nd, k, v)
        return nd

    def feed(self, socket, value):
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif value is not None:
            socket.default_value = value

    def m(self, op, a, b=None, c=None, clamp=False):
        nd = self.node("ShaderNodeMath", operation=op, use_clamp=clamp)
        for s, v in zip(nd.inputs, (a, b, c)):
            self.feed(s, v)
        return nd.outputs[0]

    def add(self, a, b): return self.m("ADD", a, b)
    def sub(self, a, b): return self.m("SUBTRACT", a, b)
    def mul(self, *v):
        out = v[0]
        for w in v[1:]:
            out = self.m("MULTIPLY", out, w)
        return out

    def step(self, x, lo, hi, a=0.0, b=1.0, kind="SMOOTHSTEP"):
        nd = self.node("ShaderNodeMapRange", interpolation_type=kind, clamp=True)
        for key, v in (("Value", x), ("From Min", lo), ("From Max", hi), ("To Min", a), ("To Max", b)):
            self.feed(nd.inputs[key], v)
        return nd.outputs[0]

    def mix(self, f, a, b):
        nd = self.node("ShaderNodeMix", data_type="RGBA", clamp_factor=True)
        self.feed(nd.inputs[0], f)
        self.feed(nd.inputs[6], a)
        self.feed(nd.inputs[7], b)
        return nd.outputs[2]

    def split(self, v):
        nd = self.node("ShaderNodeSeparateXYZ")
        self.feed(nd.inputs[0], v)
        return nd.outputs

    def join(self, x, y, z=0.0):
        nd = self.node("ShaderNodeCombineXYZ")
        for s, v in zip(nd.inputs, (x, y, z)):
            self.feed(s, v)
        return nd.outputs[0]

    def hash(self, x, y):
        nd = self.node("ShaderNodeTexWhiteNoise", noise_dimensions="2D")
        self.feed(nd.inputs["Vector"], self.join(x, y))
        return nd.outputs["Value"]

    def attr(self, name):
        return self.node("ShaderNodeAttribute", attribute_name=name).outputs["Vector"]

    def group(self, tree, **inputs):
        nd = self.node("ShaderNodeGroup", node_tree=tree)
        for k, v in inputs.items():
            self.feed(nd.inputs[k], v)
        return nd.outputs


def new_group(name, inputs=(), outputs=()):
    tree = bpy.data.node_groups.new(name, "ShaderNodeTree")
    for nm, kind in inputs:
        tree.interface.new_socket(nm, in_out="INPUT", socket_type=kind)
    for nm, kind in outputs:
        tree.interface.new_socket(nm, in_out="OUTPUT", socket_type=kind)
    g = Graph(tree)
    gi = g.node("NodeGroupInput").outputs if inputs else None
    go = g.node("NodeGroupOutput").inputs
    return tree, g, gi, go


def key(owner, path, frames, interpolation="BEZIER", handles="AUTO_CLAMPED", index=-1):
    """Keyframes on owner.path; returns the f-curves."""
    for f, v in frames:
        if "default_value" in path or index < 0:
            setattr(owner, path, v)
        else:
            vec = list(getattr(owner, path))
            vec[index] = v
            setattr(owner, path, vec)
        owner.keyframe_insert(path, index=index, frame=f)
    tree = owner.id_data
    curves = [c for c in tree.animation_data.action.fcurves
              if c.data_path.endswith(path) and (index < 0 or c.array_index == index)
              and (owner == tree or owner.path_from_id() in c.data_path)]
    for c in curves:
        for k in c.keyframe_points:
            k.interpolation = interpolation
            k.handle_left_type = k.handle_right_type = handles
        c.update()
    return curves


def make_clock():
    tree, g, _, go = new_group("Clock", (), (("Seconds", "NodeSocketFloat"), ("Core wake", "NodeSocketFloat"),
                                             ("Heartbeat", "NodeSocketFloat")))
    sec = g.node("ShaderNodeValue", "Seconds")
    wake = g.node("ShaderNodeValue", "Core wake")
    beat = g.node("ShaderNodeValue", "Heartbeat")
    for i, nd in enumerate((sec, wake, beat)):
        tree.links.new(nd.outputs[0], go[i])
    c = key(sec.outputs[0], "default_value", ((1, 0.0), (LAST + 1, 8.0)), "LINEAR", "VECTOR")[0]
    c.extrapolation = "LINEAR"
    key(wake.outputs[0], "default_value", ((1, 0.0), (120, 0.0), (150, 0.35), (186, 1.0)))
    c = key(beat.outputs[0], "default_value", ((1, 0.0), (16, 1.0), (61, 0.0)))[0]
    c.modifiers.new("CYCLES")
    return tree


def hexcol(s):
    vals = [int(s[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in vals) + (1.0,)


def make_palette():
    tree, g, _, go = new_group("Palette", (), (("Core", "NodeSocketColor"), ("Trace", "NodeSocketColor"),
                                               ("Board", "NodeSocketColor"), ("Glow", "NodeSocketFloat")))
    for i, (nm, val) in enumerate((("Core colour", "#ff9a3c"), ("Trace colour", "#1fc8ff"),
                                   ("Board colour", "#0b3a44"))):
        nd = g.node("ShaderNodeRGB", nm)
        nd.outputs[0].default_value = hexcol(val)
        tree.links.new(nd.outputs[0], go[i])
    nd = g.node("ShaderNodeValue", "Glow strength")
    nd.outputs[0].default_value = 1.0
    tree.links.new(nd.outputs[0], go[3])
    return tree


def make_pulse(clock):
    """Light running along a path. Path = (distance from the outer end, phase, start second)."""
    F = "NodeSocketFloat"
    tree, g, gi, go = new_group(
        "Pulse", (("Path", "NodeSocketVector"), ("Speed", F), ("Spacing", F), ("Density", F), ("Tail", F)),
        (("Live", F), ("Pulse", F), ("Front", F)))
    t = g.group(clock)["Seconds"]
    s, ph, start = g.split(gi["Path"])
    ahead = g.sub(g.mul(g.sub(t, start), gi["Speed"]), s)       # how far the first front is past us
    live = g.step(ahead, 0.0, 0.35)
    front = g.m("POWER", g.step(ahead, 0.0, 3.6, 1.0, 0.0, "LINEAR"), 2.5)
    front = g.mul(front, live)
    u = g.add(g.m("DIVIDE", g.sub(g.mul(t, gi["Speed"]), s), gi["Spacing"]), g.mul(ph, 31.7))
    k, f = g.m("FLOOR", u), g.m("FRACT", u)
    rnd = g.hash(k, g.mul(ph, 977.0))
    amp = g.step(rnd, g.sub(1.0, gi["Density"]), 1.0, 0.0, 1.0)
    body = g.m("POWER", g.sub(1.0, f), gi["Tail"])
    head = g.step(f, 0.0, 0.02)
    pulse = g.mul(body, head, amp, g.step(ahead, 0.6, 2.0))
    for i, v in enumerate((live, pulse, front)):
        tree.links.new(v, go[i])
    return tree


def material(name, color=(0.5, 0.5, 0.5), rough=0.5, metal=0.0, spec=0.5, emitter=False):
    mat = bpy.data.materials.new(name)
    mat.use_nodes = True
    mat.diffuse_color = (*color, 1.0)
    mat.node_tree.nodes.clear()
    g = Graph(mat.node_tree)
    out = g.node("ShaderNodeOutputMaterial")
    p = g.node("ShaderNodeBsdfPrincipled")
    p.inputs["Base Color"].default_value = (*color, 1.0)
    p.inputs["Roughness"].default_value = rough
    p.inputs["Metallic"].default_value = metal
    p.inputs["Specular IOR Level"].default_value = spec
    mat.node_tree.links.new(p.outputs[0], out.inputs[0])
    mat.cycles.emission_sampling = "NONE"     # glowing detail is seen, the lamps do the lighting
    return mat, g, p


def make_materials(clock, palette, pulse):
    M = {}

    # board: solder mask over woven glass, a little uneven, paler in broad patches
    M["Board"], g, p = material("Board", (0.004, 0.03, 0.04), 0.4)
    pos = g.node("ShaderNodeTexCoord").outputs["Object"]
    noise = g.node("ShaderNodeTexNoise", noise_dimensions="2D")
    noise.inputs["Scale"].default_value = 0.55
    noise.inputs["Detail"].default_value = 1.0
    g.feed(noise.inputs["Vector"], pos)
    x, y, _ = g.split(pos)
    weave = g.mul(g.m("SINE", g.mul(x, 78.5)), g.m("SINE", g.mul(y, 78.5)))
    base = g.group(palette)["Board"]
    dark = g.mix(0.72, base, (0.0, 0.004, 0.008, 1.0))
    g.feed(p.inputs["Base Color"], g.mix(g.step(noise.outputs[0], 0.3, 0.75), dark, g.mix(0.45, base, (0, .006, .012, 1))))
    g.feed(p.inputs["Roughness"], g.add(g.step(noise.outputs[0], 0.3, 0.7, 0.34, 0.5), g.mul(weave, 0.05)))

    # traces: copper under the mask, with light running along
    M["Trace"], g, p = material("Trace", (0.01, 0.09, 0.1), 0.33, 0.35)
    pal = g.group(palette)
    g.feed(p.inputs["Base Color"], g.mix(0.15, pal["Board"], (0.02, 0.11, 0.12, 1)))
    q = g.group(pulse, Path=g.attr("path"), Speed=SPEED, Spacing=7.0, Density=0.75, Tail=7.0)
    level = g.add(g.mul(q["Live"], 0.10), g.add(g.mul(q["Pulse"], 3.2), g.mul(q["Front"], 4.2)))
    hot = g.step(level, 1.2, 5.0, 0.0, 0.55)
    g.feed(p.inputs["Emission Color"], g.mix(hot, pal["Trace"], (0.75, 0.95, 1.0, 1)))
    g.feed(p.inputs["Emission Strength"], g.mul(level, pal["Glow"]))

    M["Gold"] = material("Gold", (0.8, 0.43, 0.17), 0.3, 1.0)[0]
    M["Tin"] = material("Tin", (0.62, 0.64, 0.66), 0.3, 1.0)[0]
    M["Hole"] = material("Hole", (0.002, 0.003, 0.004), 0.8)[0]
    M["Ferrite"] = material("Ferrite", (0.035, 0.037, 0.042), 0.55)[0]
    M["Marking"] = material("Marking", (0.11, 0.12, 0.125), 0.6)[0]
    M["Sleeve"] = material("Sleeve", (0.01, 0.014, 0.02), 0.35)[0]
    M["Aluminium"] = material("Aluminium", (0.6, 0.62, 0.65), 0.34, 1.0)[0]
    M["Silkscreen"] = material("Silkscreen", (0.5, 0.56, 0.58), 0.6)[0]

    M["Ceramic"], g, p = material("Ceramic", (0.2, 0.13, 0.08), 0.45)
    rnd = g.node("ShaderNodeObjectInfo").outputs["Random"]
    g.feed(p.inputs["Base Color"], g.mix(rnd, (0.10, 0.062, 0.04, 1), (0.21, 0.15, 0.1, 1)))

    M["Resistor"] = material("Resistor", (0.008, 0.009, 0.012), 0.3)[0]

    M["Epoxy"] = material("Epoxy", (0.011, 0.012, 0.014), 0.5)[0]

    M["Substrate"], g, p = material("Substrate", (0.004, 0.022, 0.026), 0.32)
    g.feed(p.inputs["Base Color"], g.mix(0.7, g.group(palette)["Board"], (0.0, 0.006, 0.008, 1)))

    M["Nickel"] = material("Nickel", (0.1, 0.105, 0.112), 0.38, 1.0)[0]
    M["Etching"] = material("Etching", (0.26, 0.27, 0.28), 0.55, 1.0)[0]
    M["Silicon"] = material("Silicon", (0.02, 0.028, 0.04), 0.16, 0.6)[0]

    # die blocks. block = (0 core .. 1 rim, random, kind), half = half size, UV = place in the block
    M["Die blocks"], g, p = material("Die blocks", (0.012, 0.02, 0.03), 0.22, 0.5)
    ck, pal = g.group(clock), g.group(palette)
    t = ck["Seconds"]
    r, rnd, kind = g.split(g.attr("block"))
    hw, hh, _ = g.split(g.attr("half"))
    uv = g.node("ShaderNodeUVMap", uv_map="UVMap").outputs[0]
    ux, uy, _ = g.split(uv)
    # wake from the rim to the core, then keep breathing outwards
    start = g.add(g.add(2.7, g.mul(g.sub(1.0, r), 2.2)), g.mul(rnd, 0.7))
    age = g.sub(t, start)
    live = g.step(age, 0.0, 0.35)
    flash = g.mul(live, g.m("EXPONENT", g.mul(g.m("MAXIMUM", age, 0.0), -2.6)))
    wphase = g.add(g.sub(g.mul(t, 0.5), g.mul(r, 0.85)), g.mul(rnd, 0.16))
    wave = g.m("POWER", g.add(0.5, g.mul(0.5, g.m("COSINE", g.mul(wphase, 2 * math.pi)))), 5.0)
    wave = g.mul(wave, ck["Core wake"])
    own = g.add(0.5, g.mul(0.5, g.m("SINE", g.add(g.mul(t, g.add(0.5, g.mul(rnd, 1.1))), g.mul(rnd, 61.0)))))
    own = g.m("POWER", own, 3.0)
    # fine structure: cells in a grid, each with its own slow blink
    rows = g.add(26.0, g.mul(kind, 22.0))
    cols = g.sub(74.0, g.mul(kind, 34.0))
    cx, cy = g.mul(ux, cols), g.mul(uy, rows)
    cell = g.hash(g.add(g.m("FLOOR", cx), g.mul(rnd, 311.0)), g.m("FLOOR", cy))
    gap = g.mul(g.step(g.m("ABSOLUTE", g.sub(g.m("FRACT", cx), 0.5)), 0.32, 0.44, 1.0, 0.0),
                g.step(g.m("ABSOLUTE", g.sub(g.m("FRACT", cy), 0.5)), 0.32, 0.44, 1.0, 0.0))
    blink = g.add(0.5, g.mul(0.5, g.m("SINE", g.add(g.mul(t, g.add(0.8, g.mul(cell, 2.4))), g.mul(cell, 197.0)))))
    cells = g.mul(gap, g.add(0.10, g.mul(g.m("POWER", cell, 3.0), g.add(0.35, blink), 1.5)))
    edge = g.m("MINIMUM", g.sub(hw, g.m("ABSOLUTE", ux)), g.sub(hh, g.m("ABSOLUTE", uy)))
    rim = g.step(edge, 0.004, 0.011, 1.0, 0.0)
    drive = g.add(g.add(0.10, g.mul(wave, 1.05)), g.add(g.mul(own, 0.6), g.mul(flash, 2.2)))
    near = g.step(r, 0.0, 0.95, 1.0, 0.0)                 # 1 at the core
    shape = g.add(g.mul(cells, 1.9), g.mul(rim, 0.35))
    level = g.mul(live, drive, shape, g.add(0.7, g.mul(near, 1.5)))
    heat = g.step(g.sub(g.add(near, g.mul(rnd, 0.25)), g.mul(flash, 0.8)), 0.30, 0.42)
    col = g.mix(heat, pal["Trace"], pal["Core"])
    col = g.mix(g.step(level, 1.8, 7.0, 0.0, 0.4), col, (1.0, 0.93, 0.82, 1))
    g.feed(p.inputs["Emission Color"], col)
    g.feed(p.inputs["Emission Strength"], g.mul(level, pal["Glow"], 1.25))
    g.feed(p.inputs["Base Color"], g.mix(rnd, (0.010, 0.022, 0.034, 1), (0.03, 0.035, 0.05, 1)))

    # the core: concentric plates which ignite last. block.x = 0 centre .. 1 outer plate
    M["Core"], g, p = material("Core", (0.02, 0.02, 0.02), 0.3, 0.5)
    ck, pal = g.group(clock), g.group(palette)
    r, rnd, _ = g.split(g.attr("block"))
    hw, hh, _ = g.split(g.attr("half"))
    ux, uy, _ = g.split(g.node("ShaderNodeUVMap", uv_map="UVMap").outputs[0])
    edge = g.m("MINIMUM", g.sub(hw, g.m("ABSOLUTE", ux)), g.sub(hh, g.m("ABSOLUTE", uy)))
    rim = g.step(edge, 0.004, 0.016, 1.0, 0.0)
    beat = g.m("POWER", ck["Heartbeat"], 1.5)
    ripple = g.add(0.5, g.mul(0.5, g.m("COSINE", g.mul(2 * math.pi, g.sub(g.mul(ck["Seconds"], 0.5), g.mul(r, 0.6))))))
    body = g.mul(g.sub(1.0, g.mul(r, 0.72)), g.add(0.55, g.add(g.mul(beat, 0.35), g.mul(ripple, 0.5))))
    level = g.mul(ck["Core wake"], g.add(g.mul(body, 1.5), g.mul(rim, 1.5)))
    g.feed(p.inputs["Emission Color"], g.mix(g.step(level, 1.0, 5.0, 0.0, 0.6), pal["Core"], (1.0, 0.9, 0.74, 1)))
    g.feed(p.inputs["Emission Strength"], g.mul(level, pal["Glow"], 1.5))

    # neural overlay
    M["Synapse"], g, p = material("Synapse", (0.05, 0.04, 0.03), 0.4)
    ck, pal = g.group(clock), g.group(palette)
    path = g.attr("path")
    q = g.group(pulse, Path=path, Speed=0.75, Spacing=0.9, Density=0.85, Tail=5.0)
    level = g.add(g.mul(q["Live"], 0.35), g.add(g.mul(q["Pulse"], 4.0), g.mul(q["Front"], 1.0)))
    s = g.split(path)[0]
    heat = g.step(s, 0.40, 0.52)
    col = g.mix(heat, pal["Trace"], pal["Core"])
    g.feed(p.inputs["Emission Color"], g.mix(g.step(level, 1.0, 5.0, 0.0, 0.6), col, (1.0, 0.94, 0.86, 1)))
    g.feed(p.inputs["Emission Strength"], g.mul(level, pal["Glow"], 1.3))
    return M


# ---------------------------------------------------------------------------------------------
# placement and routing
# ---------------------------------------------------------------------------------------------

class Board:
    """Occupancy grid: 0 free, 1 part, 2 trace."""

    def __init__(self):
        self.n = 2 * GRID + 1
        self.occ = bytearray(self.n * self.n)

    def idx(self, x, y):
        return (y + GRID) * self.n + (x + GRID)

    def cells(self, cx, cy, hx, hy, margin):
        x0, x1 = math.ceil((cx - hx - margin) / PITCH - 1e-6), math.floor((cx + hx + margin) / PITCH + 1e-6)
        y0, y1 = math.ceil((cy - hy - margin) / PITCH - 1e-6), math.floor((cy + hy + margin) / PITCH + 1e-6)
        return [(x, y) for y in range(y0, y1 + 1) for x in range(x0, x1 + 1)]

    def fits(self, cx, cy, hx, hy, margin):
        return all(abs(x) <= GRID - 2 and abs(y) <= GRID - 2 and not self.occ[self.idx(x, y)]
                   for x, y in self.cells(cx, cy, hx, hy, margin))

    def claim(self, cx, cy, hx, hy, margin=0.08, value=1):
        for x, y in self.cells(cx, cy, hx, hy, margin):
            if abs(x) <= GRID and abs(y) <= GRID:
                self.occ[self.idx(x, y)] = value

    def hugging(self, x, y):
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            if abs(x + dx) <= GRID and abs(y + dy) <= GRID and self.occ[self.idx(x + dx, y + dy)] == 2:
                return True
        return False

    DIRS = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))

    def route(self, a, d, b, limit=60000):
        """A* from cell a heading in direction d to cell b, turning 45 degrees at a time."""
        def h(x, y):
            u, v = abs(x - b[0]), abs(y - b[1])
            return 0.96 * (max(u, v) + 0.414 * min(u, v))
        start = (a[0], a[1], d)
        best = {start: 0.0}
        came = {}
        heap = [(h(*a), 0, start)]
        count = 0
        while heap:
            _, _, st = heapq.heappop(heap)
            x, y, dr = st
            if (x, y) == b:
                out = [(x, y)]
                while st in came:
                    st = came[st]
                    out.append(st[:2])
                return out[::-1]
            g0 = best[st]
            for turn in (0, 1, -1):
                nd = (dr + turn) % 8
                dx, dy = self.DIRS[nd]
                nx, ny = x + dx, y + dy
                if abs(nx) > GRID or abs(ny) > GRID or self.occ[self.idx(nx, ny)]:
                    continue
                if dx and dy and (self.occ[self.idx(x + dx, y)] or self.occ[self.idx(x, y + dy)]):
                    if self.occ[self.idx(x + dx, y)] and self.occ[self.idx(x, y + dy)]:
                        continue
                cost = (1.414 if dx and dy else 1.0) * (0.85 if self.hugging(nx, ny) else 1.0)
                cost += 1.1 if turn else 0.0
                ns = (nx, ny, nd)
                ng = g0 + cost
                if ng < best.get(ns, 1e18) - 1e-9:
                    best[ns] = ng
                    came[ns] = st
                    count += 1
                    if count > limit:
                        return None
                    heapq.heappush(heap, (ng + h(nx, ny) * 1.15, count, ns))
        return None

    def take(self, path):
        for x, y in path:
            self.occ[self.idx(x, y)] = 2


def straighten(cells):
    """Drop the points in the middle of straight runs; cells to board units."""
    pts = [cells[0]]
    for a, b, c in zip(cells, cells[1:], cells[2:]):
        if (b[0] - a[0], b[1] - a[1]) != (c[0] - b[0], c[1] - b[1]):
            pts.append(b)
    pts.append(cells[-1])
    return [(x * PITCH, y * PITCH) for x, y in pts]


def place_parts(rng, board):
    """Positions (x, y, turn in quarter turns) of every part, by kind."""
    parts = {k: [] for k in ("Capacitor", "Resistor", "Can", "Inductor", "Memory", "Controller", "Crystal")}
    size = {"Capacitor": (0.2, 0.1), "Resistor": (0.2, 0.11), "Can": (0.4, 0.4), "Inductor": (0.5, 0.5),
            "Memory": (0.75, 1.0), "Controller": (0.95, 0.95), "Crystal": (0.42, 0.18)}

    def put(kind, x, y, turn=0, margin=0.1):
        hx, hy = size[kind]
        if turn % 2:
            hx, hy = hy, hx
        x, y = round(x / PITCH) * PITCH, round(y / PITCH) * PITCH
        if not board.fits(x, y, hx, hy, margin):
            return False
        board.claim(x, y, hx, hy)
        parts[kind].append((x, y, turn))
        return True

    # large parts: memory left and right, power stage behind, controllers further out
    for y in (-3.4, 0.0, 3.4):
        put("Memory", -6.8, y)
        put("Memory", 6.8, y)
    for k in range(6):
        x = -4.0 + k * 1.6
        put("Inductor", x, 6.6)
        put("Can", x, 8.0)
        if k % 2 == 0:
            put("Can", x + 0.8, 9.4)
    for x, y in ((-9.6, -8.2), (9.4, -7.4), (-10.2, 7.6), (10.0, 8.4), (1.4, -9.8), (-11.4, 0.4), (11.4, -1.2)):
        put("Controller", x, y)
    for x, y, n in ((-4.6, -8.6, 3), (5.6, -9.8, 3), (10.6, 3.6, 3), (-9.8, 3.8, 3), (-2.8, -12.2, 4), (9.2, -11.6, 3)):
        for k in range(n):
            put("Can", x + 1.0 * k, y)
    for x, y, t in ((-7.4, -7.2, 0), (7.2, -6.4, 1), (4.4, -7.0, 0), (-7.6, 7.0, 1), (12.2, -4.4, 1)):
        put("Crystal", x, y, t)

    # decoupling rows just outside the package and around the chips
    for side in range(4):
        for o in (-2.6, -1.2, 1.4, 2.8):
            for k in (0, 1):
                d, oo = 4.4, o + 0.0 * k
                c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[side]
                put("Capacitor", c * (d + 0.6 * k) - s * oo, s * (d + 0.6 * k) + c * oo, side + 1)
    for kind in ("Memory", "Controller"):
        for x, y, _ in list(parts[kind]):
            hx, hy = size[kind]
            for k in range(-1, 2):
                if rng.random() < 0.8:
                    put("Capacitor", x + k * 0.6, y + hy + 0.5, 1)
                if rng.random() < 0.7:
                    put("Resistor" if rng.random() < 0.5 else "Capacitor", x + k * 0.6, y - hy - 0.5, 1)

    # clusters of small parts in rows over the rest of the board
    for _ in range(150):
        if len(parts["Capacitor"]) + len(parts["Resistor"]) > 250:
            break
        x, y = rng.uniform(-13, 13), rng.uniform(-13, 13)
        if max(abs(x), abs(y)) < 5.2:
            continue
        turn = int(rng.random() * 2)
        kind = "Capacitor" if rng.random() < 0.55 else "Resistor"
        for k in range(2 + int(rng.random() * 4)):
            step = 0.4 * k
            put(kind, x + (step if turn else 0), y + (0 if turn else step), turn, 0.06)
    return parts, size


def route_all(rng, board, parts, size):
    """Long traces into the package, then short ones between parts. Returns lists of polylines."""
    keep = int(round((PKG + 0.2) / PITCH))
    for y in range(-keep, keep + 1):
        for x in range(-keep, keep + 1):
            board.occ[board.idx(x, y)] = 1
    longs = []
    pins = int((PKG - 0.2) / PITCH)                    # offsets -pins..pins on every side
    jobs = []
    far = GRID - 3
    for side in range(4):
        o = -pins
        while o <= pins:
            n = min(4 + int(rng.random() * 4), pins - o + 1)
            mid = o + (n - 1) / 2
            goal = max(-far + 6, min(far - 6, round(mid * 4.3 + rng.uniform(-5, 5))))
            for k in range(n):
                lane = k - (n - 1) / 2
                early = rng.random()
                jobs.append((abs(o + k), side, o + k, int(round(goal + lane * 2)), early, rng.uniform(0.3, 0.75)))
            o += n + (1 if rng.random() < 0.5 else 0)
    jobs.sort()
    rot = ((1, 0), (0, 1), (-1, 0), (0, -1))
    for _, side, off, goal, early, part in jobs:
        c, s = rot[side]
        a = (c * keep - s * off, s * keep + c * off)
        reach, lateral = far, goal
        if early < 0.16:                               # a few end at a via on the way
            reach = int(keep + (far - keep) * part)
            lateral = int(round(off + (goal - off) * part))
        found = None
        for wiggle in (0, 1, -1, 2, -2, 3, -3):
            la = lateral + wiggle
            b = (c * reach - s * la, s * reach + c * la)
            if abs(b[0]) > GRID or abs(b[1]) > GRID or board.occ[board.idx(*b)]:
                continue
            found = board.route(a, side * 2, b)
            if found:
                break
        if found:
            board.take(found)
            inner = (c * (PKG - 0.02) - s * off * PITCH, s * (PKG - 0.02) + c * off * PITCH)
            pts = straighten(found)
            longs.append((side, off, [inner] + pts if len(pts) > 1 else pts))

    shorts = []
    pads = []
    for kind in ("Capacitor", "Resistor", "Controller", "Crystal", "Memory"):
        hx, hy = size[kind]
        for x, y, turn in parts[kind]:
            ends = ((hx + 0.2, 0), (-hx - 0.2, 0))
            if kind in ("Controller", "Memory"):
                ends = [(sx * (hx + 0.3), k * 0.4) for sx in (-1, 1) for k in (-1, 0, 1)]
            for ex, ey in ends:
                if turn % 2:
                    ex, ey = -ey, ex
                d = (0 if ex > 0 else 4) if abs(ex) > abs(ey) else (2 if ey > 0 else 6)
                pads.append(((round((x + ex) / PITCH), round((y + ey) / PITCH)), d))
    for i, (a, d) in enumerate(pads):
        if len(shorts) > 170 or board.occ[board.idx(*a)]:
            continue
        ang = rng.uniform(-0.9, 0.9) + d * math.pi / 4
        dist = rng.uniform(4, 17)
        b = (int(round(a[0] + dist * math.cos(ang))), int(round(a[1] + dist * math.sin(ang))))
        if abs(b[0]) > GRID - 1 or abs(b[1]) > GRID - 1 or board.occ[board.idx(*b)]:
            continue
        p = board.route(a, d, b, 2500)
        if p and len(p) > 3:
            board.take(p)
            shorts.append(straighten(p))
    return longs, shorts


# ---------------------------------------------------------------------------------------------
# parts (one mesh each, instanced on the faces of a carrier mesh)
# ---------------------------------------------------------------------------------------------

def part_meshes(M):
    P = {}

    d = MeshData()
    d.add(*box((0.24, 0.19, 0.17), 0.014), mat=0)
    for s in (-1, 1):
        d.add(*box((0.09, 0.2, 0.18), 0.022, at=(s * 0.155, 0, 0)), mat=1)
    P["Capacitor"] = d.mesh("Capacitor", [M["Ceramic"], M["Tin"]])

    d = MeshData()
    d.add(*box((0.26, 0.21, 0.085), 0.01), mat=0)
    for s in (-1, 1):
        d.add(*box((0.08, 0.215, 0.09), 0.012, at=(s * 0.16, 0, 0)), mat=1)
    P["Resistor"] = d.mesh("Resistor", [M["Resistor"], M["Tin"]])

    d = MeshData()
    d.add(*box((0.8, 0.8, 0.1), 0.05, 1), mat=0)
    r = 0.36
    v, f = lathe([(r, 0.1), (r, 0.16), (r - 0.025, 0.19), (r - 0.025, 0.22), (r, 0.25), (r, 0.66),
                  (r - 0.015, 0.69), (r - 0.045, 0.7), (0, 0.7)])
    d.add(v, f, mat=1, smooth=True)
    v, f = lathe([(0.31, 0.7005), (0.3, 0.702)])
    seg = [(0.31 * math.cos(a), 0.31 * math.sin(a), 0.7015) for a in
           [math.radians(60 + 60 * k / 10) for k in range(11)]]
    d.add(seg, [list(range(len(seg)))], mat=0)
    P["Can"] = d.mesh("Can", [M["Sleeve"], M["Aluminium"]])

    d = MeshData()
    d.add(*box((0.96, 0.96, 0.52), 0.06, 3), mat=0)
    for s in (-1, 1):
        d.add(*box((0.1, 0.5, 0.1), 0.02, 1, at=(s * 0.49, 0, 0)), mat=1)
    P["Inductor"] = d.mesh("Inductor", [M["Ferrite"], M["Tin"]])

    d = MeshData()
    d.add(*box((1.44, 1.94, 0.16), 0.02, 2, at=(0, 0, 0.05)), mat=0)
    d.add(*box((1.3, 1.8, 0.06)), mat=1)
    v, f = lathe([(0.05, 0.2105), (0, 0.2105)], 12)
    d.add([(x - 0.58, y + 0.83, z) for x, y, z in v], f, mat=2)
    for k, (w, h) in enumerate(((0.7, 0.05), (0.5, 0.05), (0.62, 0.05))):
        y = 0.15 - k * 0.14
        d.add([(-w / 2, y, 0.2105), (w / 2, y, 0.2105), (w / 2, y + h, 0.2105), (-w / 2, y + h, 0.2105)],
              [[0, 1, 2, 3]], mat=2)
    P["Memory"] = d.mesh("Memory", [M["Epoxy"], M["Substrate"], M["Marking"]])

    d = MeshData()
    d.add(*box((1.56, 1.56, 0.2), 0.03, 2, at=(0, 0, 0.04)), mat=0)
    for side in range(4):
        m = Matrix.Rotation(side * math.pi / 2, 3, "Z")
        for k in range(-6, 7):
            prof = [(0.78, 0.15), (0.86, 0.15), (0.9, 0.03), (0.98, 0.03), (0.98, 0.0), (0.88, 0.0), (0.83, 0.11), (0.78, 0.11)]
            n = len(prof)
            vs = [m @ Vector((x, k * 0.11 + s * 0.028, z)) for s in (-1, 1) for x, z in prof]
            fs = [[i, (i + 1) % n, n + (i + 1) % n, n + i] for i in (0, 1, 2, 3)]
            fs += [list(range(n))[::-1], list(range(n, 2 * n))]
            d.add([tuple(q) for q in vs], fs, mat=1)
    v, f = lathe([(0.07, 0.2405), (0, 0.2405)], 14)
    d.add([(x - 0.55, y + 0.55, z) for x, y, z in v], f, mat=2)
    for k, w in enumerate((0.8, 0.56)):
        y = 0.04 - k * 0.16
        d.add([(-w / 2, y, 0.2405), (w / 2, y, 0.2405), (w / 2, y + .06, 0.2405), (-w / 2, y + .06, 0.2405)],
              [[0, 1, 2, 3]], mat=2)
    P["Controller"] = d.mesh("Controller", [M["Epoxy"], M["Tin"], M["Marking"]])

    d = MeshData()
    d.add(*box((0.84, 0.36, 0.22), 0.1, 3), mat=0)
    P["Crystal"] = d.mesh("Crystal", [M["Tin"]])

    d = MeshData()
    v, f = lathe([(0.085, 0.0), (0.08, 0.02), (0.045, 0.02)], 16)
    d.add(v, f, mat=0)
    v, f = lathe([(0.045, 0.0195), (0, 0.0195)], 16)
    d.add(v, f, mat=1)
    P["Via"] = d.mesh("Via", [M["Gold"], M["Hole"]])

    d = MeshData()
    d.add(*box((0.1, 0.19, 0.014), 0.004, 1), mat=0)
    P["Pad"] = d.mesh("Pad", [M["Gold"]])
    return P


def scatter(name, mesh, spots, collection, z=0.0):
    """An instancer: one small face per spot carries the part. Spot = (x, y, quarter turns[, z])."""
    d = MeshData()
    for spot in spots:
        x, y, turn = spot[:3]
        zz = spot[3] if len(spot) > 3 else z
        a = turn * math.pi / 2
        ex, ey = Vector((math.cos(a), math.sin(a))) * 0.5, Vector((-math.sin(a), math.cos(a))) * 0.5
        pts = [Vector((x, y)) + p * 0.1 for p in (-ex - ey, ex - ey, ex + ey, -ex + ey)]
        d.add([(p.x, p.y, zz) for p in pts], [[0, 1, 2, 3]])
    carrier = link(name + " places", d.mesh(name + " places", []), collection)
    carrier.instance_type = "FACES"
    carrier.show_instancer_for_render = False
    carrier.show_instancer_for_viewport = False
    child = link(name, mesh, collection)
    child.parent = carrier
    return carrier


# ---------------------------------------------------------------------------------------------
# die
# ---------------------------------------------------------------------------------------------

def slice_block(rng, x0, y0, x1, y1, depth, out):
    w, h = x1 - x0, y1 - y0
    if depth == 0 or max(w, h) < 0.09 or (depth < 2 and rng.random() < 0.25):
        out.append((x0, y0, x1, y1))
        return
    f = rng.uniform(0.32, 0.68)
    if w > h * rng.uniform(0.8, 1.25):
        m = x0 + w * f
        slice_block(rng, x0, y0, m, y1, depth - 1, out)
        slice_block(rng, m, y0, x1, y1, depth - 1, out)
    else:
        m = y0 + h * f
        slice_block(rng, x0, y0, x1, m, depth - 1, out)
        slice_block(rng, x0, m, x1, y1, depth - 1, out)


def build_die(rng, M, col):
    link("Die", (lambda d: (d.add(*box((2 * DIE + 0.06, 2 * DIE + 0.06, Z_DIE - Z_PKG), 0.008, 1, at=(0, 0, Z_PKG))),
                            d.mesh("Die", [M["Silicon"]]))[1])(MeshData()), col)

    rects = []                                           # x0, y0, x1, y1, kind
    inner = DIE - 0.2
    core = inner / 3
    # two tile designs, mirrored about both axes
    designs = []
    for _ in range(4):
        out = []
        slice_block(rng, 0, 0, 1, 1, 3, out)
        designs.append(out)
    n = 6
    cell = 2 * inner / n
    for j in range(n):
        for i in range(n):
            if 2 <= i <= 3 and 2 <= j <= 3:
                continue
            mi, mj = min(i, n - 1 - i), min(j, n - 1 - j)
            for x0, y0, x1, y1 in designs[(mi * 2 + mj + (mi == mj)) % 4]:
                if i >= n / 2:
                    x0, x1 = 1 - x1, 1 - x0
                if j >= n / 2:
                    y0, y1 = 1 - y1, 1 - y0
                bx, by = -inner + i * cell, -inner + j * cell
                g = 0.016
                sx = (cell - 2 * g)
                rects.append((bx + g + x0 * sx, by + g + y0 * sx, bx + g + x1 * sx, by + g + y1 * sx,
                              0.25 + 0.5 * ((mi + mj) % 2)))
    # strips of input and output cells round the rim
    for side in range(4):
        o = -inner
        while o < inner - 0.02:
            w = min(rng.uniform(0.07, 0.26), inner - o)
            if inner - (o + w) < 0.05:
                w = inner - o
            for a, b, kd in ((inner + 0.025, inner + 0.085, 0.0), (inner + 0.095, inner + 0.185, 1.0)):
                r = ((a, o, b, o + w), (-o - w, a, -o, b), (-b, -o - w, -a, -o), (o, -b, o + w, -a))[side]
                rects.append((*r, kd))
            o += w
    d = MeshData()
    gap = 0.006
    for x0, y0, x1, y1, kd in rects:
        cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
        hx, hy = (x1 - x0) / 2 - gap, (y1 - y0) / 2 - gap
        if hx < 0.008 or hy < 0.008:
            continue
        rr = (max(abs(cx), abs(cy)) * 0.6 + math.hypot(cx, cy) * 0.4) / DIE
        rr = max(0.0, min(1.0, (rr - 0.28) / 0.72))
        info = (rr, rng.random(), kd)
        zt = Z_BLOCK + rng.random() * 0.006
        vs = [(cx - hx, cy - hy, zt), (cx + hx, cy - hy, zt), (cx + hx, cy + hy, zt), (cx - hx, cy + hy, zt)]
        uv = [(-hx, -hy), (hx, -hy), (hx, hy), (-hx, hy)]
        vs += [(v[0], v[1], Z_DIE - 0.001) for v in vs]
        uv += uv
        d.add(vs, [[0, 1, 2, 3], [4, 5, 1, 0], [5, 6, 2, 1], [6, 7, 3, 2], [7, 4, 0, 3]], uv=uv,
              face={"block": info, "half": (hx, hy, 0)})
    link("Die blocks", d.mesh("Die blocks", [M["Die blocks"]]), col)

    # the core: nested plates, stepping up
    d = MeshData()
    plates = 5
    size = core - 0.03
    for k in range(plates):
        h = size * (1 - k / plates)
        h2 = size * (1 - (k + 1) / plates) + 0.012
        z = Z_BLOCK + 0.008 * k
        cells = [(-h, -h, h, h)] if k == plates - 1 else []
        if not cells:                                    # a frame of cells round the next plate
            m = 3 - k // 2
            edges = [-h + 2 * h * i / m for i in range(m + 1)]
            w = h - h2
            if w > 0.01:
                for a, b in zip(edges, edges[1:]):
                    cells.append((a, h - w, b, h))
                    cells.append((a, -h, b, -h + w))
                e2 = [(-h + w) + (2 * h - 2 * w) * i / m for i in range(m + 1)]
                for a, b in zip(e2, e2[1:]):
                    cells.append((h - w, a, h, b))
                    cells.append((-h, a, -h + w, b))
        for x0, y0, x1, y1 in cells:
            cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
            hx, hy = (x1 - x0) / 2 - 0.005, (y1 - y0) / 2 - 0.005
            vs = [(cx - hx, cy - hy, z), (cx + hx, cy - hy, z), (cx + hx, cy + hy, z), (cx - hx, cy + hy, z)]
            uv = [(-hx, -hy), (hx, -hy), (hx, hy), (-hx, hy)]
            vs += [(v[0], v[1], Z_DIE - 0.001) for v in vs]
            uv += uv
            d.add(vs, [[0, 1, 2, 3], [4, 5, 1, 0], [5, 6, 2, 1], [6, 7, 3, 2], [7, 4, 0, 3]], uv=uv,
                  face={"block": (1 - (k + 0.5) / plates, rng.random(), 0), "half": (hx, hy, 0)})
    link("Core", d.mesh("Core", [M["Core"]]), col)

    # neural overlay: layers of nodes, joined inwards
    layers = []
    for count, rad in ((28, 1.16), (20, 0.86), (14, 0.6), (8, 0.36)):
        ring = []
        for k in range(count):
            a = 2 * math.pi * (k + 0.5 + rng.uniform(-0.18, 0.18)) / count
            sq = rad / max(abs(math.cos(a)), abs(math.sin(a)))
            rr = (0.55 * sq + 0.45 * rad) * rng.uniform(0.95, 1.05)
            lim = DIE - 0.06
            ring.append((max(-lim, min(lim, rr * math.cos(a))), max(-lim, min(lim, rr * math.sin(a)))))
        layers.append(ring)
    links = []
    for outer, nxt, depth in zip(layers, layers[1:], range(9)):
        for p in outer:
            near = sorted(nxt, key=lambda q: (math.dist(p, q), q))
            links.append((p, near[0], depth))
            if rng.random() < 0.7:
                links.append((p, near[1], depth))
    for p in layers[-1]:
        e = 0.30 / max(abs(p[0]), abs(p[1]))
        links.append((p, (p[0] * e, p[1] * e), 3))
    for ring, depth in zip(layers, range(9)):
        for a, b in zip(ring, ring[1:] + ring[:1]):
            if rng.random() < 0.3:
                links.append((a, b, depth + 0.5))
    d = MeshData()
    z = Z_BLOCK + 0.018
    for a, b, depth in links:
        v, f, dist = ribbon([a, b], 0.0085, z)
        ph, base = rng.random(), depth * 0.3
        start = 3.1 + rng.uniform(-0.1, 0.35)
        d.add(v, f, point={"path": [(base + s, ph, start) for s in dist]})
    for ring, depth in zip(layers, range(9)):
        for x, y in ring:
            r = rng.uniform(0.016, 0.03)
            v, f = lathe([(r, z - 0.008), (r, z + 0.004), (r * 0.8, z + 0.007), (0, z + 0.007)], 8)
            ph = rng.random()
            d.add([(p[0] + x, p[1] + y, p[2]) for p in v], f,
                  point={"path": [(depth * 0.3 + 0.01, ph, 3.1)] * len(v)})
    link("Synapses", d.mesh("Synapses", [M["Synapse"]]), col)


def frame_mesh(out, inn, z0, z1, chamfer):
    """A square frame with rounded outer corners and chamfered edges."""
    def loop(half, radius, z, seg=6):
        pts = []
        for q in range(4):
            a0 = q * math.pi / 2
            cx, cy = ((1, 1), (-1, 1), (-1, -1), (1, -1))[q]
            for k in range(seg + 1):
                a = a0 + (math.pi / 2) * k / seg
                pts.append((cx * (half - radius) + radius * math.cos(a), cy * (half - radius) + radius * math.sin(a), z))
        return pts
    c = chamfer
    loops = [loop(out, 0.26, z0), loop(out, 0.26, z1 - c), loop(out - c * 0.35, 0.25, z1 - c * 0.3), loop(out - c, 0.24, z1),
             loop(inn + c * 1.8, 0.16, z1), loop(inn + c * 0.4, 0.13, z1 - c * 0.9), loop(inn, 0.12, z1 - c * 1.6), loop(inn, 0.12, z0)]
    n = len(loops[0])
    verts = [p for lp in loops for p in lp]
    faces = []
    for a in range(len(loops) - 1):
        for k in range(n):
            m = (k + 1) % n
            faces.append([a * n + k, a * n + m, (a + 1) * n + m, (a + 1) * n + k])
    return verts, faces


# ---------------------------------------------------------------------------------------------
# scene
# ---------------------------------------------------------------------------------------------

def label_mesh(labels):
    """Silkscreen lettering as flat geometry from Blender's own font."""
    d = MeshData()
    for text, x, y, size, turn in labels:
        cu = bpy.data.curves.new("label", "FONT")
        cu.body, cu.size, cu.resolution_u = text, size, 1
        ob = bpy.data.objects.new("label", cu)
        me = ob.to_mesh()
        a = turn * math.pi / 2
        c, s = math.cos(a), math.sin(a)
        d.add([(x + v.co.x * c - v.co.y * s, y + v.co.x * s + v.co.y * c, 0.0) for v in me.vertices],
              [list(f.vertices) for f in me.polygons])
        ob.to_mesh_clear()
        bpy.data.objects.remove(ob)
        bpy.data.curves.remove(cu)
    for f in list(bpy.data.fonts):
        bpy.data.fonts.remove(f)
    return d


def build():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    rng = random.Random(SEED)
    scene = bpy.context.scene
    scene.name = "AI processor activation"

    def collection(name):
        c = bpy.data.collections.new(name)
        scene.collection.children.link(c)
        return c
    c_board, c_parts, c_chip, c_rig = (collection(n) for n in ("Board", "Parts", "Processor", "Camera and light"))

    clock, palette = make_clock(), make_palette()
    pulse = make_pulse(clock)
    M = make_materials(clock, palette, pulse)

    # board
    d = MeshData()
    d.add(*box((2 * BOARD, 2 * BOARD, 0.3), 0.03, 2, at=(0, 0, -0.3)))
    link("Board", d.mesh("Board", [M["Board"]]), c_board)

    grid = Board()
    keep = PKG + 0.35
    grid.claim(0, 0, keep, keep, 0.0)
    parts, size = place_parts(rng, grid)
    grid.claim(0, 0, keep, keep, 0.0, 0)
    longs, shorts = route_all(rng, grid, parts, size)

    # traces; path = (distance from the outer end, phase, start second)
    d = MeshData()
    vias = []
    lanes = []
    last, bundle = 10 ** 6, 0.0
    for side, off, pts in sorted(longs):
        pts = pts[::-1]
        total = sum(math.dist(a, b) for a, b in zip(pts, pts[1:]))
        if off not in range(last, last + 2) or rng.random() < 0.25:
            bundle = -0.6 + 1.5 * rng.random() ** 1.1    # neighbours start together, as on a bus
        last = off
        ph, start = rng.random(), bundle + 0.55 * rng.random() ** 2
        v, f, dist = ribbon(pts, 0.07, 0.0, 0.014, 0.008)
        d.add(v, f, point={"path": [(s, ph, start) for s in dist]})
        vias.append((*pts[0], 0))
        lanes.append((side, off, total, ph, start))
    for pts in shorts:
        ph, start = rng.random(), rng.uniform(0.2, 4.5)
        if rng.random() < 0.5:
            pts = pts[::-1]
        if rng.random() < 0.45:
            start = 1e4                                  # stays dark
        v, f, dist = ribbon(pts, 0.055, 0.0, 0.012, 0.008)
        d.add(v, f, point={"path": [(s, ph, start) for s in dist]})
        vias.extend(((*pts[0], 0), (*pts[-1], 0)))
    # on the package: from under the frame into the die
    for side, off, total, ph, start in lanes:
        c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[side]
        a, b = off * PITCH * (1.75 / 2.8), off * PITCH * (1.22 / 2.8)
        jog = abs(a - b)
        local = [(RING_IN + 0.05, a), (RING_IN - 0.03, a), (RING_IN - 0.03 - jog, b), (DIE + 0.02, b)]
        if jog < 1e-6:                                   # the middle lane runs straight
            local = [local[0], local[-1]]
        pts = [(c * u - s * w, s * u + c * w) for u, w in local]
        v, f, dist = ribbon(pts, 0.034, Z_PKG, 0.008, 0.004)
        base = total + 1.0
        d.add(v, f, point={"path": [(base + q, ph, start) for q in dist]})
    link("Traces", d.mesh("Traces", [M["Trace"]]), c_board)

    # silkscreen: outlines and designators
    labels = []
    for prefix, kind, dx, dy in (("U", "Memory", -0.7, 1.12), ("U", "Controller", -0.9, 1.12), ("L", "Inductor", -0.4, -0.9),
                                 ("C", "Can", -0.3, -0.74), ("Y", "Crystal", -0.2, -0.72)):
        for k, (x, y, turn) in enumerate(parts[kind]):
            labels.append((prefix + str(10 * len(prefix) + 3 * k + (40 if kind == "Controller" else 1)), x + dx, y + dy, 0.26, 0))
    silk = label_mesh(labels)
    for kind in ("Memory", "Inductor"):
        hx, hy = size[kind]
        for x, y, _ in parts[kind]:
            q = 0.08
            loop = [(x - hx - q, y - hy - q), (x + hx + q, y - hy - q), (x + hx + q, y + hy + q), (x - hx - q, y + hy + q)]
            for a, b in zip(loop, loop[1:] + loop[:1]):
                silk.add(*ribbon([a, b], 0.025, 0.0)[:2])
    q = PKG + 0.14
    for sx in (-1, 1):
        for sy in (-1, 1):
            silk.add(*ribbon([(sx * q, sy * (q - 0.5)), (sx * q, sy * q), (sx * (q - 0.5), sy * q)], 0.04, 0.0)[:2])
    me = silk.mesh("Silkscreen", [M["Silkscreen"]])
    link("Silkscreen", me, c_board, (0, 0, 0.0165))

    # parts
    P = part_meshes(M)
    for kind in parts:
        scatter(kind, P[kind], parts[kind], c_parts)
    for _ in range(420):                                 # stitching vias on free ground
        x, y = int(rng.uniform(-66, 66)), int(rng.uniform(-66, 66))
        if grid.fits(x * PITCH, y * PITCH, 0.1, 0.1, 0.12):
            grid.claim(x * PITCH, y * PITCH, 0.05, 0.05, 0.0)
            vias.append((x * PITCH, y * PITCH, 0))
    scatter("Via", P["Via"], vias, c_parts, 0.001)
    pads = []
    for side in range(4):
        c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[side]
        for k in range(-68, 69, 2):                      # contact fingers on the board's edge
            u, w = BOARD - 0.3, k * PITCH
            pads.append((c * u - s * w, s * u + c * w, side + 1))
    scatter("Pad", P["Pad"], pads, c_parts)

    # package
    d = MeshData()
    d.add(*box((2 * PKG, 2 * PKG, Z_PKG), 0.02, 2))
    link("Package", d.mesh("Package", [M["Substrate"]]), c_chip)
    d = MeshData()
    d.add(*frame_mesh(RING_OUT, RING_IN, Z_PKG, 0.42, 0.05))
    link("Heat spreader", d.mesh("Heat spreader", [M["Nickel"]]), c_chip)
    mid = (RING_OUT + RING_IN) / 2
    etch = label_mesh([("NEURAL ENGINE", -1.62, -mid - 0.07, 0.25, 0), ("A1  2048 TILES", 0.55, -mid - 0.05, 0.16, 0)])
    etch.add([(-2.45, -2.3, 0), (-2.25, -2.5, 0), (-2.45, -2.5, 0)], [[0, 2, 1]])
    link("Etching", etch.mesh("Etching", [M["Etching"]]), c_chip, (0, 0, 0.4215))
    spots = []
    for side in range(4):
        c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[side]
        for k in range(-3, 4):
            if abs(k) >= 3:
                u, w = 1.66, k * 0.42
                spots.append((c * u - s * w, s * u + c * w, side, Z_PKG))
    lands = []
    for side in range(4):
        c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[side]
        for k in range(-14, 15):
            u, w = PKG - 0.15, k * 0.2
            lands.append((c * u - s * w, s * u + c * w, side + 1, Z_PKG))
    scatter("Package capacitor", P["Capacitor"], spots, c_chip)
    scatter("Package land", P["Pad"], lands, c_chip)
    build_die(rng, M, c_chip)

    build_light(clock, palette, c_rig)
    build_camera(scene, c_rig)
    build_settings(scene)


def lamp(name, kind, collection, loc, color, energy, aim=(0, 0, 0), **props):
    la = bpy.data.lights.new(name, kind)
    la.color, la.energy = color, energy
    for k, v in props.items():
        setattr(la, k, v)
    ob = link(name, la, collection, loc)
    ob.rotation_euler = (Vector(aim) - Vector(loc)).to_track_quat("-Z", "Y").to_euler()
    return ob


def build_light(clock, palette, col):
    lamp("Rim light", "AREA", col, (6, 17, 7), (0.35, 0.75, 1.0), 1700, (0, 2, 0), shape="RECTANGLE", size=16, size_y=4)
    lamp("Side light", "AREA", col, (-17, 5, 6), (0.2, 0.62, 0.85), 700, (0, 0, 0), shape="RECTANGLE", size=10, size_y=3)
    lamp("Fill light", "AREA", col, (5, -12, 14), (0.4, 0.75, 1.0), 420, (0, 0, 0), shape="RECTANGLE", size=9, size_y=9).visible_glossy = False

    def core_lamp(name, kind, loc, energy, aim, **props):
        ob = lamp(name, kind, col, loc, (1, 1, 1), energy, aim, **props)
        la = ob.data
        la.use_nodes = True
        la.node_tree.nodes.clear()
        g = Graph(la.node_tree)
        out, em = g.node("ShaderNodeOutputLight"), g.node("ShaderNodeEmission")
        ck, pal = g.group(clock), g.group(palette)
        level = g.mul(ck["Core wake"], g.add(0.72, g.mul(ck["Heartbeat"], 0.28)), pal["Glow"])
        g.feed(em.inputs["Color"], pal["Core"])
        g.feed(em.inputs["Strength"], level)
        la.node_tree.links.new(em.outputs[0], out.inputs[0])
        ob.visible_camera = False
        return ob
    core_lamp("Die glow", "AREA", (0, 0, Z_BLOCK + 0.05), 60, (0, 0, 5), shape="SQUARE", size=2.0)
    core_lamp("Core glow", "POINT", (0, 0, 1.7), 150, (0, 0, 0), shadow_soft_size=0.7).visible_glossy = False
    # the frame's polished top catches the core as well; linked, so that nothing mirrors it
    only = bpy.data.collections.new("Lit by frame glow")
    only.objects.link(bpy.data.objects["Heat spreader"])
    only.objects.link(bpy.data.objects["Etching"])
    core_lamp("Frame glow", "POINT", (0, 0, 0.95), 40, (0, 0, 0), shadow_soft_size=0.6).light_linking.receiver_collection = only

    world = bpy.data.worlds.new("Night")
    bpy.context.scene.world = world
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs[0].default_value = (0.003, 0.009, 0.014, 1)
    world.node_tree.nodes["Background"].inputs[1].default_value = 1.0
    world.cycles.sampling_method = "NONE"


def build_camera(scene, col):
    cam = bpy.data.cameras.new("Camera")
    cam.lens, cam.sensor_width = 42, 36
    cam.clip_start, cam.clip_end = 0.05, 100
    cam.dof.use_dof = True
    cam.dof.aperture_blades = 0

    drift = link("Camera drift", None, col)              # endless small sway, from the first frame on
    orbit = link("Camera orbit", None, col)
    aim = link("Camera aim", None, col)
    focus = link("Focus", None, col)
    for e, size in ((drift, 1.0), (orbit, 1.4), (aim, 0.3), (focus, 0.2)):
        e.empty_display_size = size
    orbit.parent = drift
    ob = link("Camera", cam, col)
    ob.parent = orbit
    con = ob.constraints.new("TRACK_TO")
    con.target, con.track_axis, con.up_axis = aim, "TRACK_NEGATIVE_Z", "UP_Y"
    scene.camera = ob
    cam.dof.focus_object = focus

    sway = key(drift, "rotation_euler", ((1, 0.0), (121, math.radians(1.6)), (361, math.radians(-1.6)), (481, 0.0)), index=2)[0]
    for k in sway.keyframe_points:
        k.handle_left_type = k.handle_right_type = "AUTO"
    sway.modifiers.new("CYCLES")

    ease = dict(interpolation="BEZIER", handles="AUTO_CLAMPED")
    key(orbit, "rotation_euler", ((1, math.radians(-58)), (LAST, math.radians(16))), index=2, **ease)
    key(ob, "location", ((1, -17.5), (LAST, -3.9)), index=1, **ease)
    key(ob, "location", ((1, 7.6), (LAST, 3.6)), index=2, **ease)
    key(aim, "location", ((1, -0.4), (LAST, 0.0)), index=2, **ease)
    key(aim, "location", ((1, 0.0), (LAST, 0.02)), index=1, **ease)
    key(focus, "location", ((1, 0.2), (LAST, Z_BLOCK)), index=2, **ease)
    key(focus, "location", ((1, -2.6), (150, -0.4), (LAST, -0.12)), index=1, **ease)
    key(cam.dof, "aperture_fstop", ((1, 0.1), (LAST, 0.23)), **ease)
    # soft start, long settle
    for act in bpy.data.actions:
        for c in act.fcurves:
            if len(c.keyframe_points) == 2 and not c.data_path.endswith("default_value"):
                a, b = c.keyframe_points
                for k in (a, b):
                    k.handle_left_type = k.handle_right_type = "FREE"
                span = b.co.x - a.co.x
                a.handle_right = (a.co.x + span * 0.25, a.co.y + (b.co.y - a.co.y) * 0.06)
                b.handle_left = (b.co.x - span * 0.46, b.co.y)


def build_settings(scene):
    r = scene.render
    r.engine = "CYCLES"
    r.resolution_x, r.resolution_y, r.resolution_percentage = 1920, 1080, 100
    r.fps, r.fps_base = FPS, 1.0
    r.use_persistent_data = True
    r.use_motion_blur = False
    r.film_transparent = False
    r.filepath = "//frames/ai_cpu_activation_"
    r.image_settings.file_format = "PNG"
    r.image_settings.color_mode = "RGB"
    r.image_settings.color_depth = "8"
    r.image_settings.compression = 15
    scene.frame_start, scene.frame_end = 1, LAST
    cy = scene.cycles
    cy.device = "GPU"
    cy.samples = 64
    cy.use_adaptive_sampling = True
    cy.adaptive_threshold = 0.02
    cy.adaptive_min_samples = 16
    cy.use_denoising = True
    cy.denoiser = "OPENIMAGEDENOISE"
    cy.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cy.max_bounces, cy.diffuse_bounces, cy.glossy_bounces = 3, 1, 2
    cy.transmission_bounces, cy.volume_bounces, cy.transparent_max_bounces = 0, 0, 2
    cy.caustics_reflective = cy.caustics_refractive = False
    cy.sample_clamp_direct, cy.sample_clamp_indirect = 12.0, 1.5
    cy.blur_glossy = 1.0
    cy.seed = 0
    cy.use_animated_seed = False
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.view_settings.exposure = 0.3

    # a light bloom; everything else is in the render
    scene.use_nodes = True
    t = scene.node_tree
    t.nodes.clear()
    rl, gl, out = (t.nodes.new(k) for k in ("CompositorNodeRLayers", "CompositorNodeGlare", "CompositorNodeComposite"))
    rl.location, gl.location, out.location = (-300, 0), (0, 0), (260, 0)
    gl.glare_type, gl.quality, gl.threshold, gl.size, gl.mix = "BLOOM", "MEDIUM", 1.0, 6, -0.72
    t.links.new(rl.outputs["Image"], gl.inputs["Image"])
    t.links.new(gl.outputs["Image"], out.inputs["Image"])
    scene.frame_set(1)


def main():
    args = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else sys.argv[1:]
    if len(args) != 1 or not args[0].endswith(".blend"):
        sys.exit("usage: ai_cpu_activation.py OUT.blend")
    if bpy.app.version < (4, 2, 0):
        sys.exit("Blender 4.2 or newer is needed")
    build()
    bpy.ops.outliner.orphans_purge(do_local_ids=True, do_linked_ids=True, do_recursive=True)
    bpy.context.preferences.filepaths.save_version = 0
    for screen in bpy.data.screens:                      # no folder of this machine goes into the file
        for space in (s for area in screen.areas for s in area.spaces):
            if space.type == "FILE_BROWSER" and space.params:
                space.params.directory = b"//"
    folder, name = os.path.split(os.path.abspath(args[0]))
    os.chdir(folder)                                     # Blender stores the path as given: the bare name
    os.environ["PWD"] = folder
    bpy.ops.wm.save_as_mainfile(filepath=name, compress=True, check_existing=False, relative_remap=False)


main()
