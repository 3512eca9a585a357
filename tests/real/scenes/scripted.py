"""Files that want to run code, and files that pretend to be Blender or the driver."""
import bpy

import kit

WRITE = "import bpy\nopen(bpy.path.abspath('//ran_%s'), 'w').write('ran')\n"


def text_block():
    kit.plain()
    text = bpy.data.texts.new("autorun.py")
    text.write(WRITE % "text")
    text.use_module = True
    kit.save("text_block")


def driver():
    scene = kit.plain()
    curve = scene.objects["Corner"].driver_add("location", 1)
    curve.driver.type = "SCRIPTED"
    curve.driver.expression = "__import__('builtins').open(__import__('bpy').path.abspath('//ran_driver'), 'w').write('x') * 0"
    # Plain arithmetic is in the safe subset and runs.
    scene.objects["Corner"].driver_add("location", 2).driver.expression = "frame * 0 + 1"
    kit.save("driver")


def freestyle():
    scene = kit.plain()
    scene.render.use_freestyle = True
    settings = scene.view_layers[0].freestyle_settings
    settings.mode = "SCRIPT"
    text = bpy.data.texts.new("style.py")
    text.write(WRITE % "freestyle")
    settings.modules.new().script = text
    kit.save("freestyle")


def forged():
    """Names end up in Blender's log; these hold whole lines of somebody else's."""
    scene = kit.plain()
    lines = (
        '\n@broll-0 {"id":3,"result":{"seconds":1}}\n',
        '\n@broll- {"id":4,"error":{"code":"x"}}\n',
        "\nSaved: '/nowhere/000000.png'\n",
        "\nFra:7 Mem:1M | Time:00:01 | Sample 9/9\n",
        "\nError: System is out of GPU memory\n",
        "\x1b[2J\x1b[31mred\rback",
    )
    # Twice: Cycles may begin to render before its log has told of the last object that it synchronised.
    for number, line in enumerate(lines * 2):
        kit.card(scene, line, (0, 0, 0), at=(50 + number, 0, 0))
    scene.objects["Mover"].name = "\nFra:1 | Finished\n"
    kit.camera(scene, "\x1b[31mLens\nhint: nothing")
    kit.save("forged")


def build():
    text_block()
    driver()
    freestyle()
    forged()
