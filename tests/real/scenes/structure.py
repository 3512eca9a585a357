"""Scenes, view layers, cameras, engines, external files."""
import os

import bpy

import kit


def scenes():
    red = kit.fresh()
    red.name = "Red"
    green = kit.settle(bpy.data.scenes.new("Green"), fps=10, start=5, end=9)
    for scene, rgb in ((red, (255, 0, 0)), (green, (0, 255, 0))):
        kit.card(scene, scene.name, rgb, size=(20, 20))
        kit.camera(scene, scene.name + " camera")
    bpy.context.window.scene = red
    kit.save("scenes")


def layers():
    """Each of two view layers shows one card; the compositor puts them together."""
    scene = kit.fresh()
    scene.render.film_transparent = True
    kit.camera(scene)
    second = scene.view_layers.new("Second")
    for x, rgb, layer in ((-2, (255, 0, 0), scene.view_layers[0]), (2, (0, 255, 0), second)):
        group = bpy.data.collections.new(layer.name)
        scene.collection.children.link(group)
        card = kit.card(scene, layer.name, rgb, at=(x, 0, 0), size=(2, 2))
        scene.collection.objects.unlink(card)
        group.objects.link(card)
    scene.view_layers[0].layer_collection.children["Second"].exclude = True
    second.layer_collection.children["ViewLayer"].exclude = True
    import composited

    tree, one, composite = composited.tree(scene)
    two = tree.nodes.new("CompositorNodeRLayers")
    two.layer = "Second"
    add = tree.nodes.new("CompositorNodeMixRGB")
    add.blend_type = "ADD"
    tree.links.new(one.outputs["Image"], add.inputs[1])
    tree.links.new(two.outputs["Image"], add.inputs[2])
    tree.links.new(add.outputs[0], composite.inputs["Image"])
    scene.render.use_single_layer = True
    kit.save("layers")


def no_camera():
    scene = kit.plain()
    scene.camera = None
    kit.save("camera_unset")
    bpy.data.objects.remove(scene.objects["Camera"])
    kit.save("camera_none")


def engines():
    scene = kit.plain()
    scene.render.engine = "BLENDER_EEVEE_NEXT"
    kit.save("eevee")
    scene.render.engine = "BLENDER_WORKBENCH"
    kit.save("workbench")


def assets():
    """A picture and a library that are not there, and a picture that is."""
    scene = kit.plain()
    material = scene.objects["Corner"].active_material
    texture = material.node_tree.nodes.new("ShaderNodeTexImage")
    path = os.path.join(kit.FOLDER, "gone.png")
    image = bpy.data.images.new("Photo", 4, 4)
    image.filepath_raw, image.file_format = path, "PNG"
    image.save()
    bpy.data.images.remove(image)
    texture.image = bpy.data.images.load(path)
    texture.image.name = "Photo"
    kit.save("missing_image", relative_remap=False)
    os.remove(path)

    for name in ("wood_1k.png", "wood_2k.png"):
        image = bpy.data.images.new(name, 4, 4)
        image.filepath_raw, image.file_format = os.path.join(kit.FOLDER, name), "PNG"
        image.save()
        bpy.data.images.remove(image)
    os.symlink("nowhere", os.path.join(kit.FOLDER, "wood_3k.png"))
    texture.image = bpy.data.images.load(os.path.join(kit.FOLDER, "wood_1k.png"))
    kit.save("missing_beside_others", relative_remap=False)
    os.remove(os.path.join(kit.FOLDER, "wood_1k.png"))

    profile = kit.plain().objects["Mover"].active_material.node_tree.nodes.new("ShaderNodeTexIES")
    profile.mode, profile.filepath = "EXTERNAL", os.path.join(kit.FOLDER, "gone.ies")
    kit.save("missing_profile", relative_remap=False)

    kit.fresh()
    kit.card(bpy.context.scene, "Borrowed", (255, 255, 255))
    kit.save("library")
    kit.plain()
    library = os.path.join(kit.FOLDER, "library.blend")
    with bpy.data.libraries.load(library, link=True) as (_, data):
        data.objects = ["Borrowed"]
    bpy.context.scene.collection.objects.link(data.objects[0])
    kit.save("missing_library", relative_remap=True)
    os.remove(library)


def borrowed():
    """A file that opens with the scene of another one."""
    kit.plain().name = "Lent"
    kit.save("lender")
    kit.fresh()
    with bpy.data.libraries.load(os.path.join(kit.FOLDER, "lender.blend"), link=True) as (_, data):
        data.scenes = ["Lent"]
    bpy.context.window.scene = data.scenes[0]
    kit.save("borrowed", relative_remap=False)


def alpha():
    """A card in the middle of nothing."""
    scene = kit.fresh()
    kit.sky(scene, (200, 200, 200))
    kit.camera(scene)
    kit.card(scene, "Card", (255, 128, 0), size=(3, 2))
    kit.save("alpha")


PATCHES = (
    (192, 32, 64), (255, 0, 0), (0, 255, 0), (0, 0, 255),
    (4, 4, 4), (64, 64, 64), (128, 128, 128), (250, 250, 250),
    (0, 255, 255), (255, 0, 255), (255, 255, 0), (16, 120, 200),
)  # fmt: skip


def patches():
    """Four columns and three rows of known colours, edge to edge in a picture of 16 to 9."""
    scene = kit.fresh()
    kit.camera(scene, width=16)
    for number, rgb in enumerate(PATCHES):
        row, column = divmod(number, 4)
        kit.card(scene, "Patch %d" % number, rgb, at=(-6 + 4 * column, 3 - 3 * row, 0), size=(4, 3))
    kit.save("patches")


def beside():
    """Pictures beside the file, behind a link beside it, and elsewhere; and a text block that wants to run."""
    scene = kit.plain()
    nodes = scene.objects["Corner"].active_material.node_tree.nodes
    elsewhere = os.path.join(kit.FOLDER, "elsewhere")
    os.makedirs(elsewhere)
    for name, path in (("Beside", "//beside.png"), ("Linked", "//linked.png"), ("Elsewhere", os.path.join(elsewhere, "elsewhere.png"))):
        image = bpy.data.images.new(name, 4, 4)
        image.filepath_raw, image.file_format = path.replace("//", kit.FOLDER + "/"), "PNG"
        image.save()
        bpy.data.images.remove(image)
        image = bpy.data.images.load(path.replace("//", kit.FOLDER + "/"))
        image.name, image.filepath = name, path
        nodes.new("ShaderNodeTexImage").image = image
    os.remove(os.path.join(kit.FOLDER, "linked.png"))
    text = bpy.data.texts.new("autorun.py")
    text.write("open(__import__('bpy').path.abspath('//ran'), 'w').write('ran')")
    text.use_module = True
    kit.save("beside", relative_remap=False)


def build():
    scenes()
    layers()
    no_camera()
    engines()
    assets()
    borrowed()
    alpha()
    patches()
    beside()
