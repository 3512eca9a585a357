"""Photographs as every viewer shows them: cameras save them as they were held, and say how to turn them. Blender does not."""
from array import array

EXIF, ORIENTATION = b"Exif\0\0", 274


def tag(tiff):
    """The orientation in Exif data, 1 to 8 as TIFF 6.0 counts them; 1 where there is none."""
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return 1

    def two(at):
        return int.from_bytes(tiff[at : at + 2], order)

    start = int.from_bytes(tiff[4:8], order)
    for entry in range(start + 2, start + 2 + 12 * two(start), 12):
        if two(entry) == ORIENTATION:
            return two(entry + 8) if 1 <= two(entry + 8) <= 8 else 1
    return 1


def orientation(path):
    """How the picture in a JPEG must be turned."""
    with open(path, "rb") as file:
        # A segment is at most 64 KiB long, and this one stands among the first.
        data = file.read(1 << 18)
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] not in (b"\xda", b""):
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == 0xE1 and data[at + 4 : at + 10] == EXIF:
            return tag(data[at + 10 : at + 2 + length])
        at += 2 + length
    return 1


def turn(image, path):
    """Turns a picture that was just read."""
    held = orientation(path) if path.endswith(".jpg") else 1
    if held == 1:
        return
    width, height = image.size
    # Without numpy: the managed Blender has none. Blender's lowest row comes first.
    old = array("f", bytes(width * height * 16))
    image.pixels.foreach_get(old)
    lying, mirrored, upside_down = held >= 5, held in (2, 3, 6, 7), held in (3, 4, 7, 8)
    columns, rows = (height, width) if lying else (width, height)
    new = array("f")
    for low in range(rows):
        row = low if upside_down else rows - 1 - low
        line = array("f", bytes(columns * 16))
        for channel in range(4):
            if lying:
                # What was a column, from its top.
                values = old[row * 4 + channel :: width * 4][::-1]
            else:
                values = old[(height - 1 - row) * width * 4 + channel : (height - row) * width * 4 : 4]
            line[channel::4] = values[::-1] if mirrored else values
        new.extend(line)
    if lying:
        image.scale(columns, rows)
    image.pixels.foreach_set(new)
    image.update()
