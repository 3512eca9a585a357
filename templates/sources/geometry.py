"""Geometry nodes for the builders: the nodes that shaders do not have."""

import kit

G = "NodeSocketGeometry"


class Geo(kit.Graph):
    def named(self, name, kind="FLOAT"):
        return self.call("GeometryNodeInputNamedAttribute", {"Name": name}, data_type=kind)

    def store(self, geometry, name, value, kind="FLOAT", domain="POINT"):
        return self.call("GeometryNodeStoreNamedAttribute", {"Geometry": geometry, "Name": name, "Value": value},
                         data_type=kind, domain=domain)

    def up(self, normal):
        """A rotation whose z is the normal."""
        return self.call("FunctionNodeAlignEulerToVector", {"Vector": normal}, axis="Z")

    def compare(self, a, b, op="EQUAL"):
        made = self.node("FunctionNodeCompare", data_type="INT", operation=op)
        self.feed(made.inputs[2], a)
        self.feed(made.inputs[3], b)
        return made.outputs[0]

    def capture(self, geometry, value, kind):
        made = self.node("GeometryNodeCaptureAttribute", domain="POINT")
        made.capture_items.new(kind, "Value")
        self.feed(made.inputs[0], geometry)
        self.feed(made.inputs[1], value)
        return made.outputs[0], made.outputs[1]


def group(name, inputs=()):
    """A modifier's node group: (tree, graph, its inputs inside, the socket its geometry goes to)."""
    tree, _, inside, out = kit.group(name, (("Geometry", G),) + inputs, (("Geometry", G),), "GeometryNodeTree")
    return tree, Geo(tree), inside, out[0]
