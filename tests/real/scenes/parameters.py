"""A scene with a place of every kind that a parameter may set, each in a cell of its own; and files to set them to.

Cells are two units wide and one and a half high, four in a row, three rows.
"""
import os
import shutil

import bpy

import kit


def centre(column, row):
    return (-3 + 2 * column, 1.5 - 1.5 * row, 0)


def cell(scene, name, column, row, rgb=(255, 255, 255), size=(1, 1)):
    return kit.card(scene, name, rgb, at=centre(column, row), size=size)


def nodes_of(thing):
    return thing.data.materials[0].node_tree


def painted(scene, name, column, row, image):
    """A card that shows an image."""
    thing = cell(scene, name, column, row)
    tree = nodes_of(thing)
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.name, texture.image = "Picture", image
    tree.links.new(texture.outputs["Color"], tree.nodes["Emission"].inputs["Color"])
    uv = thing.data.uv_layers.new()
    for loop, at in zip(uv.data, ((0, 0), (1, 0), (1, 1), (0, 1))):
        loop.uv = at


def flat(name, rgb, is_float=False):
    image = bpy.data.images.new(name, 8, 8, float_buffer=is_float)
    channels = map(kit.linear, rgb) if is_float else (channel / 255 for channel in rgb)
    image.pixels = [*channels, 1] * 64
    return image


def noded(scene):
    """A rectangle made by geometry nodes: how wide, and whether at all, are inputs of the modifier."""
    tree = bpy.data.node_groups.new("Sized", "GeometryNodeTree")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    wide = tree.interface.new_socket("Wide", in_out="INPUT", socket_type="NodeSocketInt")
    gone = tree.interface.new_socket("Gone", in_out="INPUT", socket_type="NodeSocketBool")
    coat = tree.interface.new_socket("Coat", in_out="INPUT", socket_type="NodeSocketColor")
    coat.default_value = (1, 1, 1, 1)
    inside, out = tree.nodes.new("NodeGroupInput"), tree.nodes.new("NodeGroupOutput")
    grid, drop = tree.nodes.new("GeometryNodeMeshGrid"), tree.nodes.new("GeometryNodeDeleteGeometry")
    material = tree.nodes.new("GeometryNodeSetMaterial")
    material.inputs["Material"].default_value = kit.glow("Noded", (255, 255, 255))
    tree.links.new(inside.outputs["Wide"], grid.inputs["Size X"])
    tree.links.new(grid.outputs["Mesh"], drop.inputs["Geometry"])
    tree.links.new(inside.outputs["Gone"], drop.inputs["Selection"])
    tree.links.new(drop.outputs["Geometry"], material.inputs["Geometry"])
    tree.links.new(material.outputs["Geometry"], out.inputs["Geometry"])
    thing = kit.add(scene, "Noded", bpy.data.meshes.new("Noded"))
    thing.location = centre(1, 1)
    thing.scale.x = 0.25
    modifier = thing.modifiers.new("GN", "NODES")
    modifier.node_group = tree
    # The manifest names them so.
    assert (wide.identifier, gone.identifier, coat.identifier) == ("Socket_2", "Socket_3", "Socket_4")
    modifier["Socket_2"], modifier["Socket_3"] = 4, False


def shaded(scene):
    """A card as bright as a custom property of its object says."""
    thing = cell(scene, "Shaded", 0, 1)
    thing["shade.of it"] = 1.0
    thing["count"] = 1
    thing["plain"] = True
    tree = nodes_of(thing)
    attribute = tree.nodes.new("ShaderNodeAttribute")
    attribute.attribute_type, attribute.attribute_name = "OBJECT", '["shade.of it"]'
    tree.links.new(attribute.outputs["Fac"], tree.nodes["Emission"].inputs["Strength"])


def animated(scene):
    """Cards that leave their cells by a curve, by a driver, and one whose action another object plays as well."""
    mover = cell(scene, "Mover", 1, 2)
    kit.straight(mover, "location", [(1, 50.0), (25, 60.0)])
    driven = cell(scene, "Driven", 2, 2)
    driven.driver_add("location", 0).driver.expression = "50"
    glowing = nodes_of(driven)
    glowing.nodes["Emission"].inputs["Strength"].keyframe_insert("default_value", frame=1)
    twins = [cell(scene, name, 3, 2, size=(0.5, 0.5)) for name in ("Twin", "Other twin")]
    kit.straight(twins[0], "location", [(1, 2.5), (25, 2.5)])
    twins[1].animation_data_create().action = twins[0].animation_data.action
    twins[1].location.y -= 0.5


def scene():
    scene = kit.fresh()
    kit.camera(scene)
    kit.card(scene, "Blue", (0, 0, 255), at=(100, 0, 0), size=(20, 20))
    kit.camera(scene, "Aside", at=(100, 0, 10))
    cell(scene, "Level", 0, 0)
    cell(scene, "Tint", 1, 0)
    extra = bpy.data.collections.new("Extra")
    scene.collection.children.link(extra)
    thing = cell(scene, "Extra", 2, 0)
    scene.collection.objects.unlink(thing)
    extra.objects.link(thing)
    cell(scene, "Look", 3, 0)
    shaded(scene)
    noded(scene)
    logo = flat("Logo", (255, 0, 0))
    logo.pack()
    painted(scene, "First", 2, 1, logo)
    painted(scene, "Second", 3, 1, logo)
    data = bpy.data.curves.new("Title", "FONT")
    data.body, data.size, data.align_x, data.align_y = "H", 0.8, "CENTER", "CENTER"
    data.materials.append(kit.glow("Title", (255, 255, 255)))
    kit.add(scene, "Title", data).location = centre(0, 2)
    animated(scene)
    kit.save("parameters")


def cut():
    """The same cameras, cut by markers."""
    scene = bpy.context.scene
    scene.timeline_markers.new("A", frame=1).camera = scene.objects["Camera"]
    kit.save("parameters_cut")


def files():
    """A picture of one green in every format that is taken."""
    settings = bpy.context.scene.render.image_settings
    for extension, name in (
        ("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP"), ("tif", "TIFF"), ("bmp", "BMP"), ("exr", "OPEN_EXR"), ("hdr", "HDR"),
    ):  # fmt: skip
        image = flat(extension, (0, 255, 0), extension in ("exr", "hdr"))
        image.filepath_raw, image.file_format = os.path.join(kit.FOLDER, "green." + extension), name
        settings.quality = 100
        image.save()
    # A font in a format of the web, where all letters are as wide as an M.
    shutil.copy(os.path.join(bpy.utils.system_resource("DATAFILES", path="fonts"), "DejaVuSansMono.woff2"), kit.FOLDER)


def build():
    scene()
    cut()
    files()
