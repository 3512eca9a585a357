"""What in a file would go wrong or was kept from running, told before a frame is rendered."""
import tempfile

import bpy


def animated_ids():
    """Every data-block that can carry animation, node trees inside others too."""
    for name in dir(bpy.data):
        collection = getattr(bpy.data, name)
        if isinstance(collection, bpy.types.bpy_prop_collection):
            for block in collection:
                yield block
                for inner in ("node_tree", "shape_keys"):
                    nested = getattr(block, inner, None)
                    if nested is not None:
                        yield nested


def scripts(warn):
    """Names each text block and driver that wanted to run code and did not."""
    for text in bpy.data.texts:
        if text.use_module:
            warn("script_skipped", "text block %r is registered to run when the file opens: it did not run" % text.name)
    seen = set()
    for block in animated_ids():
        animation = getattr(block, "animation_data", None)
        for curve in animation.drivers if animation else ():
            driver = curve.driver
            key = (type(block).__name__, block.name_full, curve.data_path, curve.array_index)
            if driver.type != "SCRIPTED" or driver.is_valid or key in seen:
                continue
            seen.add(key)
            warn(
                "driver_skipped",
                "the driver of %s %r, %s, does not run: %r is outside Blender's safe expressions, or wrong"
                % (type(block).__name__.lower(), block.name_full, curve.data_path, driver.expression),
            )


def strangers(warn):
    """Names each data-block with nodes that this Blender does not know: it renders as if they were not there."""
    from broll_overrides import nodes_of

    seen = set()
    kinds = (bpy.data.materials, bpy.data.worlds, bpy.data.lights, bpy.data.scenes, bpy.data.node_groups)
    for owner in (block for kind in kinds for block in kind if block.users):
        tree = owner if isinstance(owner, bpy.types.NodeTree) else getattr(owner, "node_tree", None)
        unknown = [node.name for node in nodes_of(tree, seen) if node.bl_idname == "NodeUndefined"]
        if unknown:
            what = type(owner).__name__.lower() if tree is not owner else "node group"
            warn(
                "unknown_node",
                "%s %r has nodes that this Blender does not know, as of an add-on: %s. It may look different"
                % (what, owner.name_full, ", ".join(map(repr, unknown))),
            )


def point_caches(scene):
    """Caches whose content depends on visiting frames in order, as (what, cache)."""
    world = scene.rigidbody_world
    if world is not None and world.enabled and world.collection is not None:
        yield "rigid bodies", world.point_cache
    for thing in scene.objects:
        for modifier in thing.modifiers:
            if not modifier.show_render:
                continue
            if modifier.type in ("CLOTH", "SOFT_BODY"):
                yield "%s of %r" % (modifier.type.lower().replace("_", " "), thing.name), modifier.point_cache
            elif modifier.type == "DYNAMIC_PAINT" and modifier.canvas_settings is not None:
                for surface in modifier.canvas_settings.canvas_surfaces:
                    yield "dynamic paint of %r" % thing.name, surface.point_cache
        for system in thing.particle_systems:
            if system.settings.type == "EMITTER" or system.use_hair_dynamics:
                yield "particles of %r" % thing.name, system.point_cache


def into_memory(cache):
    """A cache on disk would be written beside the user's file. Switching that off deletes the files which are
    there, so the cache looks at an empty folder meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        cache.filepath = folder
        cache.use_external = True
        cache.use_disk_cache = False
        cache.use_external = False


def bake(scene, last):
    """Bakes what is not baked, in memory, far enough for the clip: sampled between frames or from the middle
    an unbaked cache gives something else each time. Gives what was baked."""
    open_caches = [(what, cache) for what, cache in point_caches(scene) if not cache.is_baked and not cache.use_external]
    for _, cache in open_caches:
        if cache.use_disk_cache:
            into_memory(cache)
        cache.frame_end = max(cache.frame_end, last + 1)
    if open_caches:
        with bpy.context.temp_override(scene=scene, view_layer=scene.view_layers[0]):
            bpy.ops.ptcache.bake_all(bake=True)
    return [what for what, _ in open_caches]


def unbakable(scene):
    """Simulations that only come out right when every frame is visited in order."""
    for thing in scene.objects:
        for modifier in thing.modifiers:
            if modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN" and not modifier.domain_settings.has_cache_baked_any:
                yield "fluid domain %r is not baked" % thing.name
            if modifier.type == "NODES" and has_simulation(modifier.node_group) and not simulation_is_baked(modifier):
                yield "geometry nodes of %r simulate and are not baked" % thing.name


def keep_fluids_in(folder):
    """Mantaflow writes its cache from the first evaluation on, wherever the file says: only into this folder, never
    onto the user's disk or another job's. Gives the domains."""
    unbaked = []
    for thing in bpy.data.objects:
        for modifier in thing.modifiers:
            if modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN" and not modifier.domain_settings.has_cache_baked_any:
                modifier.domain_settings.cache_directory = tempfile.mkdtemp(dir=folder)
                unbaked.append(thing.name)
    return unbaked


def has_simulation(tree):
    from broll_overrides import nodes_of

    return any(node.bl_idname == "GeometryNodeSimulationOutput" for node in nodes_of(tree, set()))


def simulation_is_baked(modifier):
    """A bake on disk beside the file or inside it; without one the state exists only while frames pass."""
    import os

    if any(getattr(bake, "bake_mode", "") == "STILL" for bake in modifier.bakes):
        return False
    if any(getattr(bake, "data_blocks", None) for bake in modifier.bakes):
        return True
    folder = bpy.path.abspath(modifier.bake_directory) if modifier.bake_directory else ""
    return bool(folder) and os.path.isdir(folder) and any(os.scandir(folder))
