"""What a file says about its output that must not reach the clip."""
import kit


def video(scene):
    scene.render.image_settings.file_format = "FFMPEG"
    scene.render.ffmpeg.format = "MKV"


def exr(scene):
    scene.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
    scene.render.image_settings.color_mode = "RGBA"
    scene.render.image_settings.color_depth = "16"


def border(scene):
    scene.render.use_border = True
    scene.render.border_min_x, scene.render.border_max_x = 0.25, 0.75
    scene.render.border_min_y, scene.render.border_max_y = 0.25, 0.75


def crop(scene):
    border(scene)
    scene.render.use_crop_to_border = True


def percentage(scene):
    scene.render.resolution_percentage = 50


def step(scene):
    scene.frame_step = 2


def aspect(scene):
    scene.render.pixel_aspect_x = 2


def stamp(scene):
    scene.render.use_stamp = True
    scene.render.use_stamp_note = True
    scene.render.stamp_note_text = "NOT FOR AIR"
    scene.render.stamp_font_size = 12
    scene.render.stamp_background = (1, 1, 1, 1)


def placeholder(scene):
    scene.render.use_overwrite = False
    scene.render.use_placeholder = True


def multiview(scene):
    scene.render.use_multiview = True
    scene.render.views_format = "STEREO_3D"
    scene.render.image_settings.views_format = "INDIVIDUAL"


def colour(scene):
    """Colour settings of the output alone, which differ from the scene's."""
    scene.render.image_settings.color_management = "OVERRIDE"
    scene.render.image_settings.view_settings.view_transform = "AgX"
    scene.render.image_settings.view_settings.exposure = 2


def wide(scene):
    """Pixels for a screen that shows more colours."""
    scene.display_settings.display_device = "Rec.2020"


def grey(scene):
    scene.render.image_settings.color_mode = "BW"
    scene.render.image_settings.compression = 100


def film(scene):
    scene.render.film_transparent = True


def time_limit(scene):
    scene.cycles.time_limit = 0.000001
    scene.cycles.sample_offset = 700


def layer_samples(scene):
    scene.view_layers[0].samples = 64


def animated(scene):
    """Curves over settings that are broll's to decide."""
    kit.straight(scene, "cycles.samples", [(1, 64), (24, 64)], index=None)
    kit.straight(scene, "render.film_transparent", [(1, True), (24, True)], index=None)
    action = scene.animation_data.action
    # Blender refuses to key these, and yet obeys a curve that another tool put there.
    paths = {
        "render.resolution_x": 48, "render.resolution_percentage": 50, "render.use_border": 1,
        "render.use_crop_to_border": 1, "render.border_max_x": 0.5, "render.pixel_aspect_x": 2,
        'view_layers["ViewLayer"].samples': 64, "render.use_stamp": 1, "cycles.seed": 7,
    }  # fmt: skip
    for path, value in paths.items():
        curve = action.fcurves.new(path)
        curve.keyframe_points.insert(1, value)


def driven(scene):
    """The same by drivers."""
    for path, expression in (("cycles.samples", "64"), ("cycles.seed", "frame"), ("render.film_transparent", "1")):
        scene.driver_add(path).driver.expression = expression


def strips(scene):
    """The same by an action in the NLA."""
    kit.straight(scene, "cycles.samples", [(1, 64), (24, 64)], index=None)
    kit.straight(scene, "render.film_transparent", [(1, True), (24, True)], index=None)
    track = scene.animation_data.nla_tracks.new()
    track.strips.new("Settings", 1, scene.animation_data.action)
    scene.animation_data.action = None


def strip(scene):
    """A sequencer strip over everything."""
    scene.sequence_editor_create()
    effect = scene.sequence_editor.sequences.new_effect("Cover", "COLOR", 1, 1, frame_end=200)
    effect.color = (1, 1, 0)


ALL = (
    video, exr, border, crop, percentage, step, aspect, stamp, placeholder, multiview, colour, wide, grey, film, time_limit,
    layer_samples, animated, driven, strips, strip,
)  # fmt: skip


def build():
    kit.plain()
    kit.save("plain")
    kit.save("compressed", compress=True)
    for change in ALL:
        change(kit.plain())
        kit.save("output_" + change.__name__)
