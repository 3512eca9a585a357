"""A scene with a place for a parameter of every type."""
import bpy

import kit


def build():
    scene = kit.plain()
    title = kit.add(scene, "Title", bpy.data.curves.new("Title", "FONT"))
    title.data.body = "Hello"
    title["count"] = 3
    title["share"] = 0.25
    title["on"] = True
    lamp = kit.add(scene, "Lamp", bpy.data.lights.new("Lamp", "POINT"))
    lamp.data.energy = 10
    lamp.data.color = (1, 0, 0)
    logo = bpy.data.images.new("Logo", 4, 4)
    logo.pack()
    logo.use_fake_user = True
    kit.camera(scene, "Side", at=(3, 0, 10))
    scene.camera = bpy.data.objects["Camera"]
    kit.save("declared")
