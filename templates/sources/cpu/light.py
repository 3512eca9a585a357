"""Lamps around the board, the glow of the core on its surroundings, and the night."""

import bpy

import kit
from cpu.plan import Z_BLOCK


def add(scene, clock, palette, collection):
    def around(name, at, color, energy, aim, size, size_y):
        return kit.lamp(name, "AREA", collection, at, color, energy, aim, shape="RECTANGLE", size=size, size_y=size_y)
    around("Rim light", (6, 17, 7), (0.35, 0.75, 1.0), 1700, (0, 2, 0), 16, 4)
    around("Side light", (-17, 5, 6), (0.2, 0.62, 0.85), 700, (0, 0, 0), 10, 3)
    around("Fill light", (5, -12, 14), (0.4, 0.75, 1.0), 420, (0, 0, 0), 9, 9).visible_glossy = False

    def beat(g):
        time, colors = g.group(clock), g.group(palette)
        return colors["Core"], g.mul(time["Core wake"], g.add(0.72, g.mul(time["Heartbeat"], 0.28)), colors["Glow"])

    def core(name, kind, at, energy, aim, **props):
        made = kit.lamp(name, kind, collection, at, (1, 1, 1), energy, aim, **props)
        kit.shine(made, beat)
        made.visible_camera = False
        return made
    core("Die glow", "AREA", (0, 0, Z_BLOCK + 0.05), 60, (0, 0, 5), shape="SQUARE", size=2.0)
    core("Core glow", "POINT", (0, 0, 1.7), 150, (0, 0, 0), shadow_soft_size=0.7).visible_glossy = False
    # the frame's polished top catches the core as well; linked, so that nothing mirrors it
    only = bpy.data.collections.new("Lit by frame glow")
    only.objects.link(bpy.data.objects["Heat spreader"])
    only.objects.link(bpy.data.objects["Etching"])
    core("Frame glow", "POINT", (0, 0, 0.95), 40, (0, 0, 0), shadow_soft_size=0.6).light_linking.receiver_collection = only

    night = scene.world = bpy.data.worlds.new("Night")
    night.use_nodes = True
    night.node_tree.nodes["Background"].inputs["Color"].default_value = (0.003, 0.009, 0.014, 1)
    night.cycles.sampling_method = "NONE"
