"""Compositing: what must stay, and what must not write."""
import bpy

import kit


def tree(scene):
    """An empty compositor with the picture in and out: (tree, layers, composite)."""
    scene.use_nodes = True
    nodes = scene.node_tree.nodes
    nodes.clear()
    layers = nodes.new("CompositorNodeRLayers")
    composite = nodes.new("CompositorNodeComposite")
    scene.node_tree.links.new(layers.outputs["Image"], composite.inputs["Image"])
    return scene.node_tree, layers, composite


def inverted():
    scene = kit.plain()
    graph, layers, composite = tree(scene)
    invert = graph.nodes.new("CompositorNodeInvert")
    graph.links.new(layers.outputs["Image"], invert.inputs["Color"])
    graph.links.new(invert.outputs["Color"], composite.inputs["Image"])
    kit.save("inverted")
    scene.render.compositor_device = "GPU"
    kit.save("inverted_on_gpu")


def pencil():
    """A stroke, which Blender draws with OpenGL whatever renders the rest."""
    scene = kit.plain()
    data = bpy.data.grease_pencils.new("Pencil")
    stroke = data.layers.new("Lines").frames.new(1).strokes.new()
    stroke.line_width = 100
    stroke.points.add(2)
    stroke.points[1].co = (1, 1, 1)
    pencil = kit.add(scene, "Pencil", data)
    kit.save("pencil")
    notes = bpy.data.collections.new("Notes")
    scene.collection.children.link(notes)
    notes.objects.link(pencil)
    scene.collection.objects.unlink(pencil)
    notes.hide_render = True
    kit.save("pencil_in_notes")
    notes.hide_render, bpy.context.view_layer.layer_collection.children["Notes"].exclude = False, True
    kit.save("pencil_left_out")


def writes(tree_, source, folder):
    node = tree_.nodes.new("CompositorNodeOutputFile")
    node.base_path = folder
    node.file_slots[0].path = "written_"
    tree_.links.new(source, node.inputs[0])


def file_output():
    scene = kit.plain()
    graph, layers, _ = tree(scene)
    writes(graph, layers.outputs["Image"], "//elsewhere/")
    kit.save("file_output")


def file_output_in_group():
    """Two groups deep."""
    scene = kit.plain()
    graph, layers, _ = tree(scene)
    inner = bpy.data.node_groups.new("Inner", "CompositorNodeTree")
    inner.interface.new_socket("Image", in_out="INPUT", socket_type="NodeSocketColor")
    writes(inner, inner.nodes.new("NodeGroupInput").outputs[0], "//elsewhere/")
    outer = bpy.data.node_groups.new("Outer", "CompositorNodeTree")
    outer.interface.new_socket("Image", in_out="INPUT", socket_type="NodeSocketColor")
    node = outer.nodes.new("CompositorNodeGroup")
    node.node_tree = inner
    outer.links.new(outer.nodes.new("NodeGroupInput").outputs[0], node.inputs[0])
    node = graph.nodes.new("CompositorNodeGroup")
    node.node_tree = outer
    graph.links.new(layers.outputs["Image"], node.inputs[0])
    kit.save("file_output_in_group")


def pulls(name, engine):
    """A compositor that adds the picture of a second scene, where a card moves: in the main one, red stands still."""
    scene = kit.fresh()
    scene.name = "Main"
    kit.sky(scene, (0, 0, 0))
    kit.camera(scene)
    kit.card(scene, "Still", (255, 0, 0), at=(-3, 1, 0), size=(1, 1))
    other = kit.settle(bpy.data.scenes.new("Other"))
    other.world = scene.world
    other.render.engine = engine
    other.cycles.samples = 4096
    kit.camera(other, "Other camera")
    mover = kit.card(other, "Moving", (0, 255, 0), at=(0, -1, 0), size=(1, 1))
    kit.straight(mover, "location", [(1, -3.0), (25, 3.0)])
    graph, layers, composite = tree(scene)
    layers.scene = scene
    second = graph.nodes.new("CompositorNodeRLayers")
    second.scene = other
    add = graph.nodes.new("CompositorNodeMixRGB")
    add.blend_type = "ADD"
    graph.links.new(layers.outputs["Image"], add.inputs[1])
    graph.links.new(second.outputs["Image"], add.inputs[2])
    graph.links.new(add.outputs[0], composite.inputs["Image"])
    bpy.context.window.scene = scene
    kit.save(name)
    return other


def drifts():
    """In the second scene the card is a cube that a sideways gravity takes along, from x = -3 at frame 1."""
    other = pulls("second_scene_rigid", "CYCLES")
    bpy.data.objects.remove(other.objects["Moving"])
    kit.cube(other, "Drifter", (0, 255, 0), at=(-3, -1, 0))
    bpy.context.window.scene = other
    other.gravity = (6, 0, 0)
    bpy.ops.rigidbody.world_add()
    with bpy.context.temp_override(active_object=other.objects["Drifter"], object=other.objects["Drifter"]):
        bpy.ops.rigidbody.object_add(type="ACTIVE")
    body = other.objects["Drifter"].rigid_body
    body.linear_damping = 0
    bpy.context.window.scene = bpy.data.scenes["Main"]
    kit.save("second_scene_rigid")


def build():
    inverted()
    pencil()
    file_output()
    file_output_in_group()
    pulls("second_scene", "CYCLES")
    other = pulls("second_scene_eevee", "BLENDER_EEVEE_NEXT")
    other.camera = None
    kit.save("second_scene_without_camera")
    drifts()
