"""What a file says about its output, and what broll says instead."""
import bpy


def put(owner, **values):
    """Sets what this Blender knows; a name that came or went with a version is passed over."""
    for name, value in values.items():
        if hasattr(owner, name):
            setattr(owner, name, value)


def curves(animation):
    """All f-curves of an animation: drivers, its action, and the actions in its NLA."""
    if animation is None:
        return
    yield from animation.drivers
    yield from action_curves(animation.action, getattr(animation, "action_slot", None))
    for track in animation.nla_tracks:
        yield from strip_curves(track.strips)


def strip_curves(strips):
    for strip in strips:
        yield from action_curves(strip.action, getattr(strip, "action_slot", None))
        yield from strip_curves(strip.strips)


def action_curves(action, slot):
    """Those of the plain action of old and of the layered one of 4.4 and later."""
    if action is None:
        return
    if hasattr(action, "fcurves"):
        yield from action.fcurves
        return
    for layer in action.layers:
        for strip in layer.strips:
            bag = strip.channelbag(slot)
            yield from bag.fcurves if bag else ()


# The settings below that a file may animate or drive; a curve would bring its own value back at every frame. Any other
# animated setting is the file's own.
OURS = frozenset(
    ["cycles." + name for name in (
        "device", "samples", "seed", "sample_offset", "use_sample_subset", "time_limit", "use_denoising", "denoiser",
    )]
    + ["render." + name for name in (
        "resolution_x", "resolution_y", "resolution_percentage", "pixel_aspect_x", "pixel_aspect_y", "use_border",
        "use_crop_to_border", "film_transparent", "use_multiview", "use_single_layer", "use_sequencer", "use_stamp",
        "use_persistent_data", "threads_mode", "threads", "fps", "fps_base",
    )]
)  # fmt: skip


def still(scene):
    """Silences curves over the settings that broll decides."""
    for curve in curves(scene.animation_data):
        path = curve.data_path
        if path in OURS or (path.startswith("view_layers[") and path.endswith(".samples")):
            curve.mute = True


def picture(scene, command):
    """Size, format and everything that could crop, stamp, skip or redirect the picture."""
    width, height = command["resolution"]
    render = scene.render
    put(
        render,
        resolution_x=width, resolution_y=height, resolution_percentage=100, pixel_aspect_x=1, pixel_aspect_y=1,
        use_border=False, use_crop_to_border=False, use_overwrite=True, use_placeholder=False,
        use_file_extension=True, use_multiview=False, use_render_cache=False, use_single_layer=False,
        use_sequencer=command["sequencer"], use_sequencer_override_scene_strip=False,
        film_transparent=command["transparent"], use_stamp=False,
    )  # fmt: skip
    # Stamps also go into the PNG's text chunks, with the user's name and paths.
    put(render, **{name: False for name in dir(render) if name.startswith("use_stamp_")})
    image = render.image_settings
    put(image, media_type="IMAGE")
    image.file_format = "PNG"
    put(
        image, color_mode="RGBA" if command["transparent"] else "RGB", color_depth="8", compression=15,
        color_management="FOLLOW_SCENE",
    )  # fmt: skip
    scene.frame_step = 1


# As Blender calls it, and as the configurations of ACES do.
SRGB = ("sRGB", "sRGB - Display")


def set_first(owner, name, choices):
    """Sets a menu whose items only Blender knows to the first choice that it has; whether it has any."""
    for choice in choices:
        try:
            setattr(owner, name, choice)
            return True
        except TypeError:
            pass
    return False


def screen(scene, warn):
    """The clip is BT.709, as sRGB screens show it. Pixels made for a wider or brighter screen are other numbers, which
    would come out pale or garish; the same view is there for sRGB, by its own or its first name."""
    display = scene.display_settings
    device, view = display.display_device, scene.view_settings.view_transform
    if not device.startswith(("Display P3", "Rec.2020", "Rec.2100")):
        return
    if not set_first(display, "display_device", SRGB):
        warn("display", "the file's colours are made for a %s screen, and the clip is BT.709: they may look pale or garish" % device)
        return
    warn("display", "the file's colours are made for a %s screen: the clip is BT.709, so they are rendered for sRGB" % device)
    if not set_first(scene.view_settings, "view_transform", (view, view.split(" - ")[0])):
        warn("display", "this Blender has no view %r for sRGB: it is rendered with %s" % (view, scene.view_settings.view_transform))


def cycles(scene, command, backend):
    """Quality and device, for every scene that is rendered: none may end up on the wrong device."""
    on_gpu = backend != "CPU"
    put(scene.render, use_persistent_data=command["persistent"])
    # Several sessions share the processor; alone, a session takes all of it whatever the file says.
    put(scene.render, threads_mode="FIXED" if command["threads"] else "AUTO")
    if command["threads"]:
        put(scene.render, threads=command["threads"])
    put(
        scene.cycles, device="GPU" if on_gpu else "CPU", samples=command["samples"], seed=command["seed"],
        sample_offset=0, use_sample_subset=False, time_limit=0, use_denoising=command["denoise"],
    )  # fmt: skip
    if command["denoise"]:
        try:
            scene.cycles.denoiser = "OPENIMAGEDENOISE"
        except TypeError as error:
            from broll_errors import Refused

            raise Refused("no_denoiser", "this Blender has no OpenImageDenoise", "use --no-denoise, or another Blender") from error
        put(scene.cycles, denoising_use_gpu=on_gpu)
    for layer in scene.view_layers:
        layer.samples = 0
        put(layer.cycles, use_denoising=command["denoise"])


def nodes_of(tree, seen):
    """Every node of a tree and of the groups inside it. Trees that materials own all have the same name."""
    if tree is None or tree.as_pointer() in seen:
        return
    seen.add(tree.as_pointer())
    for node in tree.nodes:
        yield node
        yield from nodes_of(getattr(node, "node_tree", None), seen)


def compositor(scene):
    """The scene's compositing tree, wherever this Blender keeps it."""
    return scene.compositing_node_group if hasattr(scene, "compositing_node_group") else scene.node_tree


def mute_file_outputs(scene):
    """File Output nodes write beside the clip's path, and they may sit in groups."""
    for node in nodes_of(compositor(scene), set()):
        if node.bl_idname == "CompositorNodeOutputFile":
            node.mute = True


def rendered(scene, sequencer):
    """The scene and those that its compositor, or the sequencer, pulls into the picture."""
    found = [scene]
    for one in found:  # which grows meanwhile
        pulled = []
        if one.render.use_compositing and getattr(one, "use_nodes", True):
            pulled += [node.scene for node in nodes_of(compositor(one), set()) if node.bl_idname == "CompositorNodeRLayers"]
        editor = one.sequence_editor if sequencer else None
        if editor is not None:
            strips = editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all
            pulled += [strip.scene for strip in strips if strip.type == "SCENE"]
        found += [other for other in dict.fromkeys(pulled) if other is not None and other not in found]
    return found


def engine(scene, what, warn):
    if scene.render.engine != "CYCLES":
        warn("engine", "%s was made for %s and is rendered with Cycles: it may look different" % (what, scene.render.engine))
        scene.render.engine = "CYCLES"


def freestyle(scene, warn):
    """Freestyle in script mode runs its modules whatever the auto-execution setting says."""
    for layer in scene.view_layers:
        if layer.freestyle_settings.mode == "SCRIPT" and (scene.render.use_freestyle or layer.use_freestyle):
            layer.use_freestyle = False
            layer.freestyle_settings.mode = "EDITOR"
            warn("freestyle_script", "view layer %r uses Freestyle in script mode: it is off, because it would run code" % layer.name)


def apply(scenes, command, backend, warn):
    """All of the above, on the scene that is rendered, which comes first, and on those that it pulls in."""
    for scene in bpy.data.scenes:
        freestyle(scene, warn)
        mute_file_outputs(scene)
    for scene in scenes:
        engine(scene, "the file" if scene == scenes[0] else "scene %r" % scene.name, warn)
        still(scene)
        cycles(scene, command, backend)
    screen(scenes[0], warn)
    picture(scenes[0], command)
