"""Curves and drivers over a place whose value the user has chosen: they would bring their own back at every frame."""
import bpy

from broll_overrides import action_curves


def data_path(place):
    """(path from its data-block, index) as curves name it; no path for what cannot be animated."""
    try:
        if place.step == "name":
            return place.owner.path_from_id(place.key), None
        if place.step == "index":
            # The holder is an array, which knows neither its data-block nor its path.
            array = bpy.data.path_resolve(place.holder, False)
            # The block that was asked for may hold the one that is animated, as a material holds its nodes.
            place.block = array.id_data
            return array.path_from_id(), place.key
        inner = place.owner.path_from_id() if not isinstance(place.owner, bpy.types.ID) else ""
        return '%s["%s"]' % (inner, bpy.utils.escape_identifier(place.key)), None
    except (ValueError, AttributeError, TypeError):
        return None, None


def holders(animation):
    """What plays an action: the animation itself, and every strip of its NLA."""
    yield animation

    def inner(strips):
        for strip in strips:
            yield strip
            yield from inner(strip.strips)

    for track in animation.nla_tracks:
        yield from inner(track.strips)


def own_action(holder):
    """An action that others play too is copied before anything in it is silenced."""
    if holder.action.users > 1:
        slot = getattr(holder, "action_slot", None)
        name = slot.identifier if slot is not None else None
        holder.action = holder.action.copy()
        if name is not None:
            holder.action_slot = holder.action.slots[name]


def silence(place):
    """Mutes the curves and drivers of this place. Gives whether there were any."""
    path, index = data_path(place)
    animation = getattr(place.block, "animation_data", None)
    if path is None or animation is None:
        return False

    def matching(curves):
        return [curve for curve in curves if not curve.mute and curve.data_path == path and index in (None, curve.array_index)]

    found = matching(animation.drivers)
    for curve in found:
        curve.mute = True
    for holder in holders(animation):
        slot = getattr(holder, "action_slot", None)
        if not matching(action_curves(holder.action, slot)):
            continue
        own_action(holder)
        for curve in matching(action_curves(holder.action, getattr(holder, "action_slot", None))):
            curve.mute = True
            found.append(curve)
    if found:
        place.tag()
    return bool(found)
