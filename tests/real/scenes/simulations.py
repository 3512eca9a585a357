"""Simulations that nobody baked."""
import bpy

import kit


def chosen(thing):
    return bpy.context.temp_override(active_object=thing, object=thing, selected_objects=[thing])


def rigid():
    """A cube falls freely from z = 1.5 at frame 1, onto a floor at z = -2."""
    scene = kit.fresh(end=50)
    kit.front(scene)
    kit.cube(scene, "Faller", (255, 255, 255), at=(0, 0, 1.5), size=0.8)
    floor = kit.cube(scene, "Floor", (0, 0, 0), at=(0, 0, -4), size=4)
    bpy.ops.rigidbody.world_add()
    for thing, kind in ((scene.objects["Faller"], "ACTIVE"), (floor, "PASSIVE")):
        with chosen(thing):
            bpy.ops.rigidbody.object_add(type=kind)
    scene.rigidbody_world.point_cache.frame_end = 10
    kit.save("rigid")


def fluid():
    """Smoke in a box that nobody baked; its cache is to be written beside the file."""
    scene = kit.fresh(end=10)
    kit.front(scene)
    box = kit.cube(scene, "Box", (200, 200, 200), size=2)
    modifier = box.modifiers.new("Fluid", "FLUID")
    modifier.fluid_type = "DOMAIN"
    modifier.domain_settings.resolution_max = 8
    modifier.domain_settings.cache_directory = "//cache_of_the_file"
    source = kit.cube(scene, "Source", (255, 255, 255), size=0.5)
    modifier = source.modifiers.new("Fluid", "FLUID")
    modifier.fluid_type = "FLOW"
    kit.save("fluid")


def cloth():
    """A strip hangs by its left end and swings down."""
    scene = kit.fresh(end=50)
    kit.front(scene)
    count = 8
    mesh = bpy.data.meshes.new("Cloth")
    points = [(x * 3 / count, y - 0.5, 1.5) for x in range(count + 1) for y in (0, 1)]
    mesh.from_pydata(points, [], [(2 * x, 2 * x + 2, 2 * x + 3, 2 * x + 1) for x in range(count)])
    mesh.materials.append(kit.glow("Cloth", (255, 255, 255)))
    thing = kit.add(scene, "Cloth", mesh)
    thing.vertex_groups.new(name="Pins").add([0, 1], 1, "REPLACE")
    modifier = thing.modifiers.new("Cloth", "CLOTH")
    modifier.settings.vertex_group_mass = "Pins"
    modifier.point_cache.frame_end = 50
    solid = thing.modifiers.new("Solid", "SOLIDIFY")
    solid.thickness = 0.3
    # A cache can only be put on disk once the file is there.
    kit.save("cloth")
    modifier.point_cache.use_disk_cache = True
    kit.save("cloth")


def particles():
    """White cards stream out of a point and fall."""
    scene = kit.fresh(end=50)
    kit.front(scene)
    spark = kit.cube(scene, "Spark", (255, 255, 255), at=(100, 0, 0), size=0.4)
    emitter = kit.cube(scene, "Emitter", (0, 0, 0), at=(0, 0, 1), size=0.2)
    emitter.modifiers.new("Particles", "PARTICLE_SYSTEM")
    settings = emitter.particle_systems[0].settings
    settings.count, settings.frame_start, settings.frame_end, settings.lifetime = 40, 1, 20, 50
    settings.render_type, settings.instance_object = "OBJECT", spark
    settings.particle_size, settings.normal_factor = 1, 3
    kit.save("particles")


def nodes():
    """Geometry nodes move a card by 0.2 in every frame that is visited."""
    scene = kit.fresh(end=50)
    kit.camera(scene)
    card = kit.card(scene, "Walker", (255, 255, 255), at=(-3, 0, 0), size=(1, 1))
    tree = bpy.data.node_groups.new("Walk", "GeometryNodeTree")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    first = tree.nodes.new("NodeGroupInput")
    last = tree.nodes.new("NodeGroupOutput")
    start = tree.nodes.new("GeometryNodeSimulationInput")
    end = tree.nodes.new("GeometryNodeSimulationOutput")
    start.pair_with_output(end)
    move = tree.nodes.new("GeometryNodeSetPosition")
    move.inputs["Offset"].default_value = (0.2, 0, 0)
    for output, entry in (
        (first.outputs["Geometry"], start.inputs["Geometry"]),
        (start.outputs["Geometry"], move.inputs["Geometry"]),
        (move.outputs["Geometry"], end.inputs["Geometry"]),
        (end.outputs["Geometry"], last.inputs["Geometry"]),
    ):
        tree.links.new(output, entry)
    card.modifiers.new("Walk", "NODES").node_group = tree
    kit.save("nodes")


def build():
    fluid()
    rigid()
    cloth()
    particles()
    nodes()
