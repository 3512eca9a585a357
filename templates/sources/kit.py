"""What the builders of the bundled templates share: node graphs, keyframes, lamps, render settings, saving.

A builder imports it from its own folder and ends with `kit.main(build)`. Written for Blender 4.2.
"""

import os
import sys

import bpy      # before mathutils: as a module it brings that along
from mathutils import Vector

FPS = 30
LAST = 240           # the clip is frames 1..240


def snap(x, steps=4096):
    """Binary fractions: exact everywhere, and the saved file compresses far better."""
    return round(x * steps) / steps


def linear(text):
    """An sRGB colour "#rrggbb" as scene-linear RGBA."""
    channels = [int(text[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels) + (1.0,)


def collection(name):
    made = bpy.data.collections.new(name)
    bpy.context.scene.collection.children.link(made)
    return made


def link(name, data, into, at=(0, 0, 0), parent=None):
    """A new object around `data` (None: an empty) in a collection."""
    thing = bpy.data.objects.new(name, data)
    thing.location = at
    thing.parent = parent
    into.objects.link(thing)
    return thing


# ---------------------------------------------------------------------------------------------
# node graphs: shader, geometry and compositor trees alike
# ---------------------------------------------------------------------------------------------

class Graph:
    """Nodes of one tree, wired by passing sockets (or plain values) as arguments."""

    def __init__(self, tree, clear=False):
        self.tree = tree
        self.placed = 0
        if clear:
            tree.nodes.clear()

    def node(self, kind, name=None, **props):
        made = self.tree.nodes.new(kind)
        made.location = ((self.placed % 12) * 190 - 1100, -(self.placed // 12) * 260)
        self.placed += 1
        if name:
            made.name = made.label = name
        for prop, value in props.items():
            setattr(made, prop, value)
        return made

    def feed(self, socket, value):
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif value is not None:
            socket.default_value = value

    def call(self, kind, inputs=(), out=0, **props):
        """A node with its inputs set by name or index; returns one of its outputs."""
        made = self.node(kind, **props)
        for socket, value in dict(inputs).items():
            self.feed(made.inputs[socket], value)
        return made.outputs[out]

    def math(self, op, a, b=None, c=None, clamp=False):
        made = self.node("ShaderNodeMath", operation=op, use_clamp=clamp)
        for socket, value in zip(made.inputs, (a, b, c)):
            self.feed(socket, value)
        return made.outputs[0]

    def fold(self, op, first, *more):
        for value in more:
            first = self.math(op, first, value)
        return first

    def add(self, *values): return self.fold("ADD", *values)
    def mul(self, *values): return self.fold("MULTIPLY", *values)
    def sub(self, a, b): return self.math("SUBTRACT", a, b)
    def div(self, a, b): return self.math("DIVIDE", a, b)
    def power(self, a, b): return self.math("POWER", a, b)
    def sin(self, a): return self.math("SINE", a)
    def cos(self, a): return self.math("COSINE", a)

    def vector(self, op, a, b=None, scale=None):
        """Vector Math; the scalar output for those operations that have one."""
        made = self.node("ShaderNodeVectorMath", operation=op)
        self.feed(made.inputs[0], a)
        self.feed(made.inputs[1], b)
        if scale is not None:                            # the socket exists for SCALE alone
            self.feed(made.inputs["Scale"], scale)
        return made.outputs["Value" if op in ("DOT_PRODUCT", "LENGTH", "DISTANCE") else "Vector"]

    def step(self, x, low, high, a=0.0, b=1.0, kind="SMOOTHSTEP"):
        """`x` from low..high mapped to a..b, clamped; eased unless kind is LINEAR."""
        made = self.node("ShaderNodeMapRange", interpolation_type=kind, clamp=True)
        for socket, value in (("Value", x), ("From Min", low), ("From Max", high), ("To Min", a), ("To Max", b)):
            self.feed(made.inputs[socket], value)
        return made.outputs[0]

    def mix(self, factor, a, b):
        """Colours mixed."""
        made = self.node("ShaderNodeMix", data_type="RGBA", clamp_factor=True)
        for index, value in ((0, factor), (6, a), (7, b)):
            self.feed(made.inputs[index], value)
        return made.outputs[2]

    def split(self, v):
        return self.node_outputs("ShaderNodeSeparateXYZ", v)

    def node_outputs(self, kind, *values):
        made = self.node(kind)
        for socket, value in zip(made.inputs, values):
            self.feed(socket, value)
        return made.outputs

    def join(self, x, y, z=0.0):
        return self.node_outputs("ShaderNodeCombineXYZ", x, y, z)[0]

    def attr(self, name, out="Vector"):
        """A geometry attribute in a shader: out is Color, Vector, Fac or Alpha."""
        return self.node("ShaderNodeAttribute", attribute_name=name).outputs[out]

    def group(self, tree, **inputs):
        made = self.node({"ShaderNodeTree": "ShaderNodeGroup", "GeometryNodeTree": "GeometryNodeGroup"}[tree.bl_idname], node_tree=tree)
        for socket, value in inputs.items():
            self.feed(made.inputs[socket], value)
        return made.outputs


def group(name, inputs=(), outputs=(), kind="ShaderNodeTree"):
    """A node group: (tree, graph, its inputs inside, its outputs inside). Sockets are (name, type) pairs."""
    tree = bpy.data.node_groups.new(name, kind)
    for where, sockets in (("INPUT", inputs), ("OUTPUT", outputs)):
        for label, socket in sockets:
            tree.interface.new_socket(label, in_out=where, socket_type=socket)
    graph = Graph(tree)
    inside = graph.node("NodeGroupInput").outputs if inputs else None
    return tree, graph, inside, graph.node("NodeGroupOutput").inputs


def values(name, entries):
    """A shader group of named values: what a manifest's parameters set. A colour is "#rrggbb", else a number.
    An entry is (socket, value), and third the name of its node where that is not the socket's."""
    kinds = [(entry[0], "NodeSocketColor" if isinstance(entry[1], str) else "NodeSocketFloat") for entry in entries]
    tree, graph, _, out = group(name, (), kinds)
    for socket, (label, value, *own) in zip(out, entries):
        made = graph.node("ShaderNodeRGB" if isinstance(value, str) else "ShaderNodeValue", *own or [label])
        made.outputs[0].default_value = linear(value) if isinstance(value, str) else value
        tree.links.new(made.outputs[0], socket)
    return tree


def material(name):
    """(material, graph, surface socket) with nothing in it yet."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    graph = Graph(made.node_tree, clear=True)
    return made, graph, graph.node("ShaderNodeOutputMaterial").inputs["Surface"]


def modifier(thing, tree, **inputs):
    """The object's geometry nodes; inputs by their label in the group."""
    made = thing.modifiers.new(tree.name, "NODES")
    made.node_group = tree
    for socket in tree.interface.items_tree:
        if socket.item_type == "SOCKET" and socket.in_out == "INPUT" and socket.name in inputs:
            made[socket.identifier] = inputs[socket.name]
    return made


# ---------------------------------------------------------------------------------------------
# motion
# ---------------------------------------------------------------------------------------------

def key(owner, path, frames, index=-1, interpolation="BEZIER", handles="AUTO_CLAMPED"):
    """Keyframes ((frame, value), ...) on owner.path; returns the f-curves."""
    for frame, value in frames:
        if index < 0:
            setattr(owner, path, value)
        else:
            getattr(owner, path)[index] = value
        owner.keyframe_insert(path, index=index, frame=frame)
    block = owner.id_data
    prefix = "" if owner == block else owner.path_from_id() + "."
    curves = [c for c in block.animation_data.action.fcurves
              if c.data_path == prefix + path and (index < 0 or c.array_index == index)]
    for curve in curves:
        for point in curve.keyframe_points:
            point.interpolation = interpolation
            point.handle_left_type = point.handle_right_type = handles
        curve.update()
    return curves


def settle(curve, start=0.25, end=0.5, lift=0.06):
    """Two keys as one move: a soft start, a long settle. The shares are of the time between the keys."""
    a, b = curve.keyframe_points
    for point in (a, b):
        point.handle_left_type = point.handle_right_type = "FREE"
    span, rise = b.co.x - a.co.x, b.co.y - a.co.y
    a.handle_right = (a.co.x + span * start, a.co.y + rise * lift)
    b.handle_left = (b.co.x - span * end, b.co.y)


def seconds(graph, name="Seconds"):
    """A value node that counts seconds from frame 1, on without end."""
    made = graph.node("ShaderNodeValue", name)
    curve = key(made.outputs[0], "default_value", ((1, 0.0), (LAST + 1, LAST / FPS)), interpolation="LINEAR", handles="VECTOR")[0]
    curve.extrapolation = "LINEAR"
    return made.outputs[0]


# ---------------------------------------------------------------------------------------------
# light, camera, settings
# ---------------------------------------------------------------------------------------------

def lamp(name, kind, into, at, color, energy, aim=(0, 0, 0), **props):
    light = bpy.data.lights.new(name, kind)
    light.color, light.energy = color[:3], energy
    for prop, value in props.items():
        setattr(light, prop, value)
    thing = link(name, light, into, at)
    thing.rotation_euler = (Vector(aim) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    return thing


def shine(thing, light):
    """Lights a lamp by nodes: light(graph) wires what it needs and returns a colour and a strength."""
    thing.data.use_nodes = True
    graph = Graph(thing.data.node_tree, clear=True)
    color, strength = light(graph)
    emission = graph.call("ShaderNodeEmission", {"Color": color, "Strength": strength})
    graph.feed(graph.node("ShaderNodeOutputLight").inputs["Surface"], emission)


def camera(into, at, aim, lens=50, focus=None, fstop=None):
    """A camera that always looks at an empty `aim`; returns it and its camera data."""
    data = bpy.data.cameras.new("Camera")
    data.lens, data.sensor_width = lens, 36
    data.clip_start, data.clip_end = 0.05, 200
    data.dof.use_dof = focus is not None
    if focus is not None:
        data.dof.focus_object, data.dof.aperture_fstop = focus, fstop
    thing = link("Camera", data, into, at)
    track = thing.constraints.new("TRACK_TO")
    track.target, track.track_axis, track.up_axis = aim, "TRACK_NEGATIVE_Z", "UP_Y"
    bpy.context.scene.camera = thing
    return thing, data


def settings(scene, bounces=(4, 2, 3, 2), transparent=8, exposure=0.0, look="AgX - Medium High Contrast"):
    """Cycles as the bundled templates use it. Bounces: total, diffuse, glossy, transmission."""
    render = scene.render
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y, render.resolution_percentage = 1920, 1080, 100
    render.fps, render.fps_base = FPS, 1.0
    render.use_persistent_data = True
    render.use_motion_blur = False
    render.dither_intensity = 1.0                        # dark gradients must not band
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGB"
    render.image_settings.color_depth = "8"
    scene.frame_start, scene.frame_end = 1, LAST
    cycles = scene.cycles
    cycles.device = "GPU"
    cycles.samples = 64
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold, cycles.adaptive_min_samples = 0.02, 16
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces, cycles.transmission_bounces = bounces
    cycles.volume_bounces, cycles.transparent_max_bounces = 0, transparent
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_direct, cycles.sample_clamp_indirect = 12.0, 1.5
    cycles.blur_glossy = 1.0
    cycles.seed, cycles.use_animated_seed = 0, False     # noise that stands still does not boil
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = look
    scene.view_settings.exposure = exposure


def bloom(scene, mix=-0.7, threshold=1.0, size=6):
    """A little light around what shines; mix -1 is none."""
    scene.use_nodes = True
    graph = Graph(scene.node_tree, clear=True)
    layers = graph.node("CompositorNodeRLayers")
    glare = graph.node("CompositorNodeGlare", glare_type="BLOOM", quality="MEDIUM", threshold=threshold, size=size, mix=mix)
    graph.feed(glare.inputs["Image"], layers.outputs["Image"])
    graph.feed(graph.node("CompositorNodeComposite").inputs["Image"], glare.outputs["Image"])


def save(path):
    """Saves without a folder of this machine in the file."""
    bpy.ops.outliner.orphans_purge(do_local_ids=True, do_linked_ids=True, do_recursive=True)
    bpy.context.preferences.filepaths.save_version = 0
    for space in (s for screen in bpy.data.screens for area in screen.areas for s in area.spaces):
        if space.type == "FILE_BROWSER" and space.params:
            space.params.directory = b"//"
    folder, name = os.path.split(os.path.abspath(path))
    os.chdir(folder)                                     # Blender stores the path as given: the bare name
    os.environ["PWD"] = folder
    bpy.ops.wm.save_as_mainfile(filepath=name, compress=True, check_existing=False, relative_remap=False)


def main(build):
    """Builds into an empty file and saves it where the command line says."""
    args = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else sys.argv[1:]
    if len(args) != 1 or not args[0].endswith(".blend"):
        sys.exit("usage: a builder's script OUT.blend")
    if bpy.app.version < (4, 2, 0):
        sys.exit("Blender 4.2 or newer is needed")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    build(bpy.context.scene)
    bpy.context.scene.render.filepath = "//frames/%s_" % os.path.splitext(os.path.basename(args[0]))[0]
    bpy.context.scene.frame_set(1)
    save(args[0])
